import { get, type IncomingMessage } from 'node:http';
import type { CannedAnswer } from '../processes/canned-answer.ts';

/** Fetches an answer as its bytes are, compressed or not, with the headers that say what they are. */
export async function fetchRaw(port: number, path: string, encoding: string): Promise<CannedAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ port, path, host: '127.0.0.1', headers: { 'accept-encoding': encoding } }, resolve).on(
      'error',
      reject,
    );
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  if (response.statusCode !== 200) throw new Error(`${path} was answered with ${response.statusCode}`);
  const names = ['content-type', 'content-encoding', 'content-length'];
  const headers = names.flatMap((name) => {
    const value = response.headers[name];
    return typeof value === 'string' ? [name, value] : [];
  });
  return { headers, body: Buffer.concat(chunks) };
}
