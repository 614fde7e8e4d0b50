/** Many clients of one stream of events, in a process of their own. On request it returns how late the newest event came to each. */
import { get } from 'node:http';
import { performance } from 'node:perf_hooks';
import { endWithParent } from './end-with-parent.ts';

/** Where to listen, and how many. */
export interface ListenersPlan {
  readonly port: number;
  readonly clients: number;
}

const SENT_AT = /"detail":"([\d.]+)"/;
let delaysMs: number[] = [];
let clients = 0;

function listen(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/api/v1/events', agent: false }, (response) => {
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const arrivedAtMs = performance.timeOrigin + performance.now();
        const sentAtMs = SENT_AT.exec(chunk)?.[1];
        if (sentAtMs !== undefined) delaysMs.push(arrivedAtMs - Number(sentAtMs));
      });
      response.on('error', () => undefined);
      resolve();
    }).on('error', reject);
  });
}

async function allHeard(): Promise<number[]> {
  while (delaysMs.length < clients) await new Promise((resolve) => setTimeout(resolve, 5));
  const heard = delaysMs.sort((a, b) => a - b);
  delaysMs = [];
  return heard;
}

endWithParent();
process.on('message', async (question: ListenersPlan | 'delays') => {
  if (question === 'delays') {
    process.send?.(await allHeard());
    return;
  }
  clients = question.clients;
  for (let i = 0; i < clients; i += 1) await listen(question.port);
  process.send?.({});
});
process.send?.({ port: 0 });
