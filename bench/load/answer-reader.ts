const HEAD_END = Buffer.from('\r\n\r\n');
const CONTENT_LENGTH = /^content-length: *(\d+)/im;

/** Takes the bytes of one connection; calls back with the status at the end of each answer. */
export type ReadAnswers = (chunk: Buffer) => void;

/**
 * Reads answers only as far as needed to know where they end, so that the reader costs less than the server under
 * test: HTTP/1.1 with `Content-Length`, which is what all of these servers send.
 * @param hasBody false for answers to HEAD
 */
export function createAnswerReader(hasBody: boolean, onAnswer: (status: number) => void): ReadAnswers {
  let head: Buffer = Buffer.alloc(0);
  let status = 0;
  let bodyLeft = 0;

  function readHead(chunk: Buffer): Buffer {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    const end = head.indexOf(HEAD_END);
    if (end < 0) return Buffer.alloc(0);
    const text = head.toString('latin1', 0, end);
    const rest = head.subarray(end + HEAD_END.length);
    head = Buffer.alloc(0);
    status = Number(text.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
    bodyLeft = hasBody ? Number(CONTENT_LENGTH.exec(text)?.[1] ?? Number.NaN) : 0;
    if (Number.isNaN(bodyLeft)) throw new SyntaxError(`An answer has no length: ${text}`);
    if (bodyLeft === 0) onAnswer(status);
    return rest;
  }

  return (chunk) => {
    let rest = chunk;
    while (rest.length > 0) {
      if (bodyLeft === 0) {
        rest = readHead(rest);
        continue;
      }
      const taken = Math.min(bodyLeft, rest.length);
      bodyLeft -= taken;
      rest = rest.subarray(taken);
      if (bodyLeft === 0) onAnswer(status);
    }
  };
}
