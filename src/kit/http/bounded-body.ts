/** The text of a body, or the beginning of one that is too long. */
export interface BoundedBody {
  readonly text: string;
  /** Whether more followed. */
  readonly isCut: boolean;
}

/**
 * Reads a body as UTF-8, up to a number of bytes. A longer one is cut and its stream destroyed, with the connection, so
 * that an endless answer costs neither memory nor time.
 */
export async function readBoundedBody(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<BoundedBody> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop destroys the stream.
    if (bytes > maxBytes) break;
  }
  const isCut = bytes > maxBytes;
  const whole = Buffer.concat(chunks);
  return { text: (isCut ? whole.subarray(0, maxBytes) : whole).toString('utf8'), isCut };
}
