import type { Writable } from 'node:stream';

/** Milliseconds between two bytes of a slow answer. */
const DRIP_MS = 50;

/** Writes bytes one by one and then ends; stops when the other side is gone. */
export function drip(stream: Writable, bytes: Buffer): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (sent < bytes.length) {
      stream.write(bytes.subarray(sent, sent + 1));
      sent += 1;
      return;
    }
    clearInterval(timer);
    stream.end();
  }, DRIP_MS);
  stream.on('close', () => clearInterval(timer));
}
