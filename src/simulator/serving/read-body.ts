import type { Readable } from 'node:stream';

/** Largest body a client may send, in bytes (64 KiB): token requests and control are far smaller. */
const MAX_BODY_BYTES = 65_536;

/** Hands a request's body on once it is whole. A client that sends too much is cut off. */
export function readBody(method: string, stream: Readable, then: (body: string) => void): void {
  if (method === 'GET' || method === 'HEAD') {
    then('');
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BODY_BYTES) stream.destroy();
  });
  stream.on('end', () => then(Buffer.concat(chunks).toString()));
}
