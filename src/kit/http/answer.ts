/** The text of a body, or the beginning of a body that is too long. */
interface BoundedBody {
  readonly text: string;
  /** Whether more followed. */
  readonly isCut: boolean;
}

/**
 * Reads a body as UTF-8, up to a number of bytes. A longer body is cut, and its stream destroyed together with the
 * connection, so that an endless answer costs neither memory nor time.
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

const CR = 0x0d;
const LF = 0x0a;

/**
 * Creates a function that corrects the line ends in the head of one HTTP/1.1 answer. Called with the chunks of the answer
 * in order, it returns them with every bare LF of status line and headers replaced by CRLF, and the body unchanged.
 *
 * Docker Hub's abuse limit answers with bare LF (captured 2020-10-25), which Node's parser rejects, so that status and
 * `Retry-After` would be lost. RFC 9112, section 2.2, allows a recipient to accept a single LF as a line end.
 */
export function createLineEndMender(): (chunk: Buffer) => Buffer {
  let inHead = true;
  let lastByte = 0;
  /** Bytes of the current line in earlier chunks. */
  let carried = 0;

  function mendHead(chunk: Buffer): Buffer {
    const parts: Buffer[] = [];
    let from = 0;
    for (let at = chunk.indexOf(LF); at !== -1 && inHead; at = chunk.indexOf(LF, from)) {
      const hasCr = (at === 0 ? lastByte : chunk[at - 1]) === CR;
      parts.push(chunk.subarray(from, at), hasCr ? Buffer.of(LF) : Buffer.of(CR, LF));
      inHead = carried + at - from - (hasCr ? 1 : 0) > 0;
      carried = 0;
      from = at + 1;
    }
    carried += chunk.length - from;
    lastByte = chunk.at(-1) ?? lastByte;
    return Buffer.concat([...parts, chunk.subarray(from)]);
  }

  return (chunk) => (inHead ? mendHead(chunk) : chunk);
}

/** The longest wait that is accepted, in milliseconds (1 day). */
const MAX_WAIT_MS = 86_400_000;

/**
 * Parses `Retry-After` (RFC 9110, section 10.2.3): seconds, which Discord sends with a fraction, or a date.
 * @param now milliseconds since the epoch
 * @returns milliseconds to wait, at most one day; undefined when the header is absent or cannot be parsed
 */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1_000), MAX_WAIT_MS);
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at - now, 0), MAX_WAIT_MS);
}
