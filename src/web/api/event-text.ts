/** A server-sent event. */
export interface ServerSentEvent {
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
