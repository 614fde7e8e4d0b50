import { setTimeout as sleep } from 'node:timers/promises';
import { fetchText } from '../load/fetch-text.ts';
import type { Benchmark } from '../measure/benchmark.ts';
import { compare } from '../measure/finding.ts';
import type { Turn } from '../measure/take-turns.ts';
import { type HeadroomPlan, startHeadroom } from '../processes/headroom.ts';
import { startHelper } from '../processes/helper.ts';

const ROUNDS = 3;
const SETTLE_SECONDS = 40;
const SCRAPE_EVERY_SECONDS = 5;
const MIB = 2 ** 20;
const RESIDENT = /^process_resident_memory_bytes (\S+)$/m;

/** How much memory it holds after some polls. */
export const memory: Benchmark = {
  name: 'memory',
  about:
    `Resident memory of the real program after ${SETTLE_SECONDS} s in which every credential was polled several times ` +
    'and /metrics was scraped with each poll, beside a bare Express server that was asked as often.',
  async run() {
    const simulator = await startHelper('simulated-hub');
    const hubPort = simulator.port;
    const few: HeadroomPlan = { hubPort, credentials: 10, schedule: '*/5 * * * * *', jitter: '2s' };
    const many: HeadroomPlan = { hubPort, credentials: 1_000, schedule: '*/10 * * * * *', jitter: '8s' };
    try {
      const rounds = [];
      while (rounds.length < ROUNDS) rounds.push(await measureRound(few, many));
      return [
        compare('memory, 10 credentials', 'MiB', 'Express', rounds.map(turnWith('few')), 1.35),
        compare('memory, 1,000 credentials', 'MiB', 'Express', rounds.map(turnWith('many')), 2),
      ];
    } finally {
      await simulator.stop();
    }
  },
};

/** Resident memory of each, in MiB. */
interface Round {
  readonly few: number;
  readonly many: number;
  readonly bare: number;
}

function turnWith(size: 'few' | 'many'): (round: Round) => Turn<number> {
  return (round) => ({ ours: round[size], theirs: round.bare });
}

/** All at the same time: memory does not depend on how busy the machine is. */
async function measureRound(fewPlan: HeadroomPlan, manyPlan: HeadroomPlan): Promise<Round> {
  const bare = await startHelper('bare-express');
  const few = await startHeadroom(fewPlan);
  const many = await startHeadroom(manyPlan);
  try {
    for (let second = 0; second < SETTLE_SECONDS; second += SCRAPE_EVERY_SECONDS) {
      await Promise.all([bare, few, many].map(({ port }) => fetchText(port, '/metrics')));
      await sleep(SCRAPE_EVERY_SECONDS * 1_000);
    }
    return {
      few: await residentOf(few.port),
      many: await residentOf(many.port),
      bare: Number(await fetchText(bare.port, '/rss')) / MIB,
    };
  } finally {
    await Promise.all([bare, few, many].map((server) => server.stop()));
  }
}

async function residentOf(port: number): Promise<number> {
  return Number(RESIDENT.exec(await fetchText(port, '/metrics'))?.[1]) / MIB;
}
