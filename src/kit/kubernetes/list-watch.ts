import type { Timers } from '../clock.ts';
import { ApiStatusError, type KubernetesApi } from './api-client.ts';

/** An object of the API; its fields may be anything. */
export type ApiObject = Readonly<Record<string, unknown>>;

/** A change of an object. */
export interface ObjectChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: ApiObject;
}

/** What is listed and watched, and what is done with it. */
export interface ListWatchOptions {
  readonly api: KubernetesApi;
  /** `/api/v1/pods`. */
  readonly path: string;
  /** Selectors. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The form of list and objects: all of it, or the metadata only. */
  readonly form: 'whole' | 'metadata';
  /** Receives all objects after each list. Objects that are not in it no longer exist. */
  readonly onList: (objects: readonly ApiObject[]) => void | Promise<void>;
  /** Receives changes that arrived together. */
  readonly onChanges: (changes: readonly ObjectChange[]) => void | Promise<void>;
  /** Called with each error, and with undefined when the connection works. */
  readonly onState: (error: unknown) => void;
  /** Converts an object of a page at once, so that pages need not be kept. Default: the object itself. */
  readonly keep?: (object: ApiObject) => ApiObject;
  readonly timers: Timers;
  /** Returns a random number of at least 0 and less than 1. */
  readonly random: () => number;
}

const PAGE_SIZE = 500;
/** How long the server keeps a watch open, in seconds, plus as much at random, as in Kubernetes' own clients. */
const WATCH_SECONDS = 300;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const MEDIA = {
  whole: { list: 'application/json', watch: 'application/json' },
  metadata: {
    list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
    watch: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  },
};

/**
 * Lists objects and watches their changes until the signal aborts. Never rejects.
 *
 * After the end of a watch it continues from the newest version; bookmarks keep it current. It lists again only if the
 * server no longer has that version (410 Gone). Errors are retried after 1 to 60 seconds.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export async function listAndWatch(options: ListWatchOptions, signal: AbortSignal): Promise<void> {
  const { onState, timers, random } = options;
  let version: string | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      version ??= await listAll(options, signal);
      onState(undefined);
      for await (const next of watchFrom(options, version, signal)) {
        version = next;
        pauseMs = FIRST_PAUSE_MS;
      }
      // A server that ends each watch at once must not be asked without a pause.
      await sleep(FIRST_PAUSE_MS * random(), timers, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (isGone(error)) {
        version = undefined;
        await sleep(pauseMs * random(), timers, signal);
        continue;
      }
      onState(error);
      await sleep(pauseMs * (0.5 + random() / 2), timers, signal);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }
}

/** Lists all objects. Returns the version of the list. */
async function listAll(options: ListWatchOptions, signal: AbortSignal): Promise<string> {
  const { onList, keep = (object) => object } = options;
  const objects: ApiObject[] = [];
  const version = await readPages(options, (object) => void objects.push(keep(object)), signal);
  await onList(objects);
  return version;
}

/**
 * Requests the pages of a list, 500 objects each. Returns the version of the list.
 * @throws ApiStatusError with the status 410 if the server no longer has the version that the first page was of
 */
export async function readPages(
  { api, path, parameters, form }: Pick<ListWatchOptions, 'api' | 'path' | 'parameters' | 'form'>,
  onObject: (object: ApiObject) => void,
  signal: AbortSignal,
): Promise<string> {
  let next = '';
  let version = '';
  do {
    const page = { ...parameters, limit: String(PAGE_SIZE), ...(next !== '' && { continue: next }) };
    const list = asObject(await api.get(path, page, MEDIA[form].list, signal));
    for (const item of Array.isArray(list.items) ? list.items : []) onObject(asObject(item));
    const metadata = asObject(list.metadata);
    next = textOf(metadata.continue);
    version = textOf(metadata.resourceVersion);
  } while (next !== '');
  return version;
}

/** Watches from a version; returns the version after each chunk of changes. */
async function* watchFrom(
  { api, path, parameters, form, onChanges, random }: ListWatchOptions,
  from: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const timeout = Math.round(WATCH_SECONDS * (1 + random()));
  const query = {
    ...parameters,
    resourceVersion: from,
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(timeout),
  };
  for await (const lines of api.watch(path, query, MEDIA[form].watch, signal)) {
    const changes: ObjectChange[] = [];
    let version = '';
    let failure: ApiStatusError | undefined;
    for (const line of lines) {
      if (line.trim() === '') continue;
      const { type, object: value } = asObject(JSON.parse(line));
      const object = asObject(value);
      if (type === 'ERROR') {
        failure = new ApiStatusError(Number(object.code) || 500, textOf(object.message));
        break;
      }
      version = textOf(asObject(object.metadata).resourceVersion) || version;
      if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') changes.push({ type, object });
    }
    if (changes.length > 0) await onChanges(changes);
    if (version !== '') yield version;
    if (failure) throw failure;
  }
}

/** Reports whether the server no longer has the version of a list. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiStatusError && error.status === 410;
}

/** Returns an object of JSON; an empty one for anything else. */
export function asObject(value: unknown): ApiObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ApiObject) : {};
}

/** Returns a text of JSON; an empty one for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Resolves after a delay, or when the signal aborts. */
export function sleep(delayMs: number, timers: Timers, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = timers.after(delayMs, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
