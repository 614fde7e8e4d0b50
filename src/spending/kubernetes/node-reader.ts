import type { Clock, Timers } from '../../kit/clock.ts';
import { ApiStatusError, type KubernetesApi } from '../../kit/kubernetes/api-client.ts';
import { asObject } from '../../kit/kubernetes/list-watch.ts';
import { type NodeFacts, readNode } from './node-status.ts';

/** The dependencies of the reader of nodes. */
export interface NodeReaderPorts {
  readonly api: KubernetesApi;
  /** Receives the status of a node, and when it was requested, in milliseconds since the epoch. */
  readonly onNode: (node: NodeFacts, at: number) => void;
  /** Called with the error of each list, and with undefined when it works. */
  readonly onState: (error: unknown) => void;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Reads the status of nodes, if that is allowed. */
export interface NodeReader {
  /** Reads all nodes, and again every 5 minutes until the signal aborts. Never rejects. */
  start(signal: AbortSignal): Promise<void>;
  /** Reads a node that is new. Never rejects. */
  ensure(node: string, signal: AbortSignal): Promise<void>;
}

/** Kubelets report their status every 5 minutes, in milliseconds. */
const EVERY_MS = 300_000;
const PAGE_SIZE = '100';

/** Creates a reader. */
export function createNodeReader({ api, onNode, onState, clock, timers }: NodeReaderPorts): NodeReader {
  const known = new Set<string>();
  let isAllowed = true;

  function take(object: unknown, at: number): void {
    const node = readNode(asObject(object));
    known.add(node.name);
    onNode(node, at);
  }

  async function readAll(signal: AbortSignal): Promise<void> {
    try {
      let next = '';
      do {
        const at = clock.now();
        const parameters = { limit: PAGE_SIZE, ...(next !== '' && { continue: next }) };
        const list = asObject(await api.get('/api/v1/nodes', parameters, 'application/json', signal));
        for (const item of Array.isArray(list.items) ? list.items : []) take(item, at);
        next = String(asObject(list.metadata).continue ?? '');
      } while (next !== '');
      isAllowed = true;
      onState(undefined);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiStatusError && (error.status === 403 || error.status === 401))
        isAllowed = false;
      onState(error);
    }
  }

  function readLater(signal: AbortSignal): void {
    const cancel = timers.after(EVERY_MS, () => {
      void readAll(signal).then(() => readLater(signal));
    });
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
  }

  return {
    async start(signal) {
      await readAll(signal);
      readLater(signal);
    },
    async ensure(node, signal) {
      if (!isAllowed || node === '' || known.has(node)) return;
      // Also if it fails: the next list reads it.
      known.add(node);
      const at = clock.now();
      try {
        const path = `/api/v1/nodes/${encodeURIComponent(node)}`;
        take(await api.get(path, {}, 'application/json', signal), at);
      } catch {
        // A node that was removed, or a right that is missing, which the next list reports.
      }
    },
  };
}
