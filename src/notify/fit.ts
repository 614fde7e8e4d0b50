import { cutText } from '../domain/alerts/wording/names.ts';

/** How many bytes a text has on its way. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** Cuts a text to a length in bytes, with an ellipsis, never within what a reader sees as one character. */
export function cutBytes(text: string, maxBytes: number): string {
  let short = text;
  while (byteLength(short) > maxBytes) {
    const share = maxBytes / byteLength(short);
    short = cutText(short, Math.min(Math.floor(short.length * share), short.length - 1));
  }
  return short;
}

/**
 * Tells as many alerts one by one as fit into a message.
 * @param most how many at most
 * @param write the message that tells so many
 * @returns the first message that fits; that of one alert where none does
 */
export function fitAlerts<T>(most: number, write: (told: number) => T, fits: (message: T) => boolean): T {
  for (let told = most; told > 1; told--) {
    const message = write(told);
    if (fits(message)) return message;
  }
  return write(1);
}
