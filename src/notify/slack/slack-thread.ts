/** A message in Slack, as later calls name it. */
export interface SlackThread {
  /** The id of the channel, which stays when it is renamed. */
  readonly channel: string;
  /** The message's timestamp, which is its identity within the channel. */
  readonly ts: string;
}

const FORM = /^([A-Z0-9]{1,40})\/(\d{1,20}\.\d{1,20})$/;

/** Writes a thread as the handle that is kept for it: `C024BE91L/1401383885.000061`. */
export function formatThread({ channel, ts }: SlackThread): string {
  return `${channel}/${ts}`;
}

/** Reads a handle; undefined where there is none, or it is another channel's. */
export function parseThread(handle: string | undefined): SlackThread | undefined {
  const [, channel, ts] = FORM.exec(handle ?? '') ?? [];
  return channel !== undefined && ts !== undefined ? { channel, ts } : undefined;
}
