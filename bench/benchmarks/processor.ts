import { setTimeout as sleep } from 'node:timers/promises';
import { fetchText } from '../load/fetch-text.ts';
import type { Benchmark } from '../measure/benchmark.ts';
import { compare } from '../measure/finding.ts';
import type { Turn } from '../measure/take-turns.ts';
import { startHeadroom } from '../processes/headroom.ts';
import { startHelper } from '../processes/helper.ts';

const CREDENTIALS = 1_000;
const JITTER_SECONDS = 10;
const MINUTES = 5;
const MINUTE_MS = 60_000;
/** Half a minute after the full one: all requests of the minute have been answered by then. */
const HALF_MS = 30_000;
const CPU_SECONDS = /^process_cpu_seconds_total (\S+)$/m;

/** How much processor time the polls of many credentials cost. */
export const processor: Benchmark = {
  name: 'processor',
  about:
    `Processor time a minute of the real program with ${CREDENTIALS} credentials polled each minute, with history, forecasts and ` +
    'alerts, beside a bare undici loop of the same HEADs with one token; both at the same time, each minute is a turn.',
  async run() {
    const simulator = await startHelper('simulated-hub');
    const bare = await startHelper(
      'bare-heads',
      `http://127.0.0.1:${simulator.port}`,
      String(CREDENTIALS),
      String(JITTER_SECONDS),
    );
    const headroom = await startHeadroom({
      hubPort: simulator.port,
      credentials: CREDENTIALS,
      schedule: '* * * * *',
      jitter: `${JITTER_SECONDS}s`,
    });
    try {
      const turns = await measureMinutes(headroom.port, bare.port);
      return [
        compare(`a minute, ${CREDENTIALS.toLocaleString('en-US')} credentials`, 's', 'undici', turns, 2),
      ];
    } finally {
      await Promise.all([headroom, bare, simulator].map((server) => server.stop()));
    }
  },
};

/** The first minute is not measured: code is compiled, and the first round has no history. */
async function measureMinutes(headroomPort: number, barePort: number): Promise<Turn<number>[]> {
  const read = async (): Promise<Turn<number>> => ({
    ours: Number(CPU_SECONDS.exec(await fetchText(headroomPort, '/metrics'))?.[1]),
    theirs: Number(await fetchText(barePort, '/cpu')),
  });
  await sleep(MINUTE_MS + HALF_MS - (Date.now() % MINUTE_MS));
  const turns: Turn<number>[] = [];
  let before = await read();
  while (turns.length < MINUTES) {
    await sleep(MINUTE_MS);
    const now = await read();
    turns.push({ ours: now.ours - before.ours, theirs: now.theirs - before.theirs });
    before = now;
  }
  return turns;
}
