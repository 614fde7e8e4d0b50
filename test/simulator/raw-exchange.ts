import { connect } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  /** All of it. */
  readonly text: string;
  readonly statusLine: string;
  /** Names and values in order, spelled as sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Sends one request over a socket of its own and reads what comes until the answer is whole or the other side ends. */
export function rawExchange(
  url: URL,
  requestLine: string,
  headers: readonly string[] = [],
): Promise<RawAnswer> {
  const lines = [`${requestLine} HTTP/1.1`, `Host: ${url.host}`, ...headers];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname, () =>
      socket.write(`${lines.join('\r\n')}\r\n\r\n`),
    );
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (isWhole(text, requestLine.startsWith('HEAD'))) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(parseAnswer(text)));
  });
}

/** Splits a captured or received answer. */
export function parseAnswer(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): readonly [string, string] => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  return { text, statusLine, headers, body: rest.join('\r\n\r\n') };
}

function isWhole(text: string, isHead: boolean): boolean {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  if (isHead) return true;
  const head = text.slice(0, headEnd);
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  if (length !== undefined) return text.length - headEnd - 4 >= Number(length);
  return /^transfer-encoding: chunked$/im.test(head) && text.endsWith('0\r\n\r\n');
}
