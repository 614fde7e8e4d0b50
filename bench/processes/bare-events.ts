/** Yardstick for events: lists and watches events and pods over undici, parses each object and drops it. Argument: the port. */
import { request } from 'undici';
import { answerReadings } from './event-readings.ts';

const [port = ''] = process.argv.slice(2);
let events = 0;

async function read(kind: 'events' | 'pods'): Promise<void> {
  const url = `http://127.0.0.1:${port}/api/v1/${kind}`;
  const { body } = await request(`${url}?limit=500`);
  const { metadata } = (await body.json()) as { metadata: { resourceVersion: string } };
  const from = `watch=true&resourceVersion=${metadata.resourceVersion}`;
  const watch = await request(`${url}?${from}`, { bodyTimeout: 0 });
  void countLines(kind, watch.body.setEncoding('utf8'));
}

async function countLines(kind: 'events' | 'pods', body: AsyncIterable<string>): Promise<void> {
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (JSON.parse(line).type === 'ADDED' && kind === 'events') events += 1;
  }
}

await read('pods');
await read('events');
answerReadings(() => events);
