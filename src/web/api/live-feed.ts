import type { LiveEvent, LiveListener } from '../../domain/history/live-event.ts';
import { type Containment, UNREPORTED } from '../../kit/contain.ts';
import { toLiveEventJson } from './event-json.ts';

/** Contains the fields of a server-sent event. */
interface ServerSentEvent {
  /** The identifier that a client sends when it reconnects. Undefined keeps the identifier of the event before. */
  readonly id?: string;
  readonly event: string;
  readonly data: unknown;
}

/**
 * Returns the text of a server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html). The data is
 * JSON without line breaks, so that it cannot begin another field.
 */
export function toEventText({ id, event, data }: ServerSentEvent): string {
  const place = id === undefined ? '' : `id: ${id}\n`;
  return `${place}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Contains an event with its identifier. */
export interface FeedEntry {
  /** The identifier that a client sends when it reconnects: `<run>-<number>`. */
  readonly id: string;
  readonly event: LiveEvent;
  /** Returns the text of the server-sent event. It is formatted once for all clients. */
  text(): string;
}

/** Stores the newest events in a ring buffer and notifies subscribers of new events. */
export interface LiveFeed {
  /** Returns the identifier of the newest event; `<run>-0` before the first. */
  newestId(): string;
  /** Returns the events after an event. Undefined if that event is unknown: too old, or of another process. */
  after(id: string): readonly FeedEntry[] | undefined;
  /**
   * Calls the listener for each new event.
   * @returns ends the subscription
   */
  subscribe(listener: (entry: FeedEntry) => void): () => void;
}

/** How many events are stored. With 1,000 credentials they cover the last minute. */
const KEPT_EVENTS = 1_000;
const IDENTIFIER = /^(\w+)-(\d+)$/;

/**
 * Creates a feed of the events from now on.
 * @param subscribe calls the listener for each event until the returned function is called
 * @param run identifies this process, so that identifiers of an earlier process are recognised; letters and digits
 * @param keptEvents how many events are stored. Default: 1,000.
 * @param contain replaces an event that cannot be formatted by an error. Default: without a report.
 */
export function createLiveFeed(
  subscribe: (listener: LiveListener) => () => void,
  run: string,
  keptEvents = KEPT_EVENTS,
  contain: Containment = UNREPORTED,
): LiveFeed & { close(): void } {
  const ring: FeedEntry[] = [];
  const listeners = new Set<(entry: FeedEntry) => void>();
  let count = 0;

  const stop = subscribe((event) => {
    count += 1;
    const entry = createEntry(`${run}-${count}`, event, contain);
    ring[count % keptEvents] = entry;
    for (const listener of [...listeners]) listener(entry);
  });

  return {
    newestId: () => `${run}-${count}`,
    after(id) {
      const [, runOfId, number] = IDENTIFIER.exec(id) ?? [];
      const last = Number(number);
      if (runOfId !== run || last > count || last < count - keptEvents) return undefined;
      return Array.from({ length: count - last }, (_, i) => ring[(last + 1 + i) % keptEvents]).filter(
        (entry) => entry !== undefined,
      );
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: stop,
  };
}

function createEntry(id: string, event: LiveEvent, contain: Containment): FeedEntry {
  let text: string | undefined;
  return {
    id,
    event,
    text() {
      text ??= contain.one(
        'events',
        nameOf(event),
        () => toEventText({ id, event: event.kind, data: toLiveEventJson(event) }),
        () => toEventText({ id, event: event.kind, data: { error: 'This event cannot be shown' } }),
      );
      return text;
    },
  };
}

function nameOf(event: LiveEvent): string {
  return event.kind === 'result' ? event.result.credential : `alert ${event.event.kind}`;
}
