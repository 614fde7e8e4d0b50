import type { LiveEvent, LiveListener } from '../../domain/history/live-event.ts';
import { type Containment, UNREPORTED } from '../../kit/contain.ts';
import { toLiveEventJson } from './event-json.ts';

/** A server-sent event. */
interface ServerSentEvent {
  /** Where a client that comes back wants to go on; undefined leaves it where it is. */
  readonly id?: string;
  readonly event: string;
  readonly data: unknown;
}

/**
 * Writes a server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html). JSON has no line ends, so
 * that nothing in the data can begin another field.
 */
export function toEventText({ id, event, data }: ServerSentEvent): string {
  const place = id === undefined ? '' : `id: ${id}\n`;
  return `${place}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** An event with its place in the order of all. */
export interface FeedEntry {
  /** What a client names when it comes back. */
  readonly id: string;
  readonly event: LiveEvent;
  /** As it is sent, written once for all clients. */
  text(): string;
}

/** The newest events, in a bounded ring, for those who listen and those who come back. */
export interface LiveFeed {
  /** The newest event's; `<run>-0` before the first. */
  newestId(): string;
  /** What came after an event; undefined when that is not known any more: it is too old, or of another process. */
  after(id: string): readonly FeedEntry[] | undefined;
  /** @returns ends the subscription */
  subscribe(listener: (entry: FeedEntry) => void): () => void;
}

/** How many events can be made up for: of a thousand credentials that is the newest minute. */
const KEPT_EVENTS = 1_000;
const IDENTIFIER = /^(\w+)-(\d+)$/;

/**
 * Follows the events from now on.
 * @param run tells this process from the one before, whose identifiers mean nothing here; letters and digits
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
      const [, itsRun, number] = IDENTIFIER.exec(id) ?? [];
      const last = Number(number);
      if (itsRun !== run || last > count || last < count - keptEvents) return undefined;
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
