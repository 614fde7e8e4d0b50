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
