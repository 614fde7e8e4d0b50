/** The text of a body, or the beginning of one that is too long. */
interface BoundedBody {
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

const CR = 0x0d;
const LF = 0x0a;

/**
 * Makes a function that mends the line ends in the head of one HTTP/1.1 answer: fed the answer's chunks in order, it
 * gives them back with every bare LF of status line and headers as CRLF, and the body untouched.
 *
 * Docker Hub's abuse limit answers with bare LF (captured 2020-10-25), which Node's parser refuses, so that status and
 * `Retry-After` would be lost. RFC 9112, section 2.2, lets a recipient take a single LF for a line end.
 */
export function createLineEndMender(): (chunk: Buffer) => Buffer {
  let inHead = true;
  let lastByte = 0;
  /** Bytes of the current line that earlier chunks brought. */
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

/** The longest wait that is believed, in milliseconds (1 day). */
const MAX_WAIT_MS = 86_400_000;

/**
 * Reads `Retry-After` (RFC 9110, section 10.2.3): seconds, which Discord writes with a fraction, or a date.
 * @param now milliseconds since the epoch
 * @returns milliseconds to wait, at most one day; undefined without the header, or where it cannot be understood
 */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1_000), MAX_WAIT_MS);
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at - now, 0), MAX_WAIT_MS);
}
