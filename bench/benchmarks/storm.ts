import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from '../measure/benchmark.ts';
import { compare, observe } from '../measure/finding.ts';
import type { Reading } from '../processes/event-readings.ts';
import type { StormPlan } from '../processes/event-storm.ts';
import { startHelper } from '../processes/helper.ts';

const EVENTS = 10_000;
const SECONDS = 60;
const ROUNDS = 2;
const MIB = 2 ** 20;

/** What a storm of Kubernetes events costs. */
export const storm: Benchmark = {
  name: 'storm',
  about:
    `${EVENTS.toLocaleString('en-US')} events of ${(EVENTS / 2).toLocaleString('en-US')} new pods in ${SECONDS} s, read by ` +
    'spending.kubernetes with a history file, beside a bare loop of list and watch over undici that drops what it parses. ' +
    'Both read the same server at the same time.',
  async run() {
    const rounds: Round[] = [];
    while (rounds.length < ROUNDS) rounds.push(await measureRound());
    const turns = (number: (reading: Cost) => number) =>
      rounds.map(({ ours, theirs }) => ({ ours: number(ours), theirs: number(theirs) }));
    const perThousand = ({ processorMs }: Cost) => (processorMs * 1_000) / EVENTS;
    const lost = rounds.map(({ ours }) => EVENTS - ours.events);
    return [
      compare(
        'memory after the storm',
        'MiB',
        'list and watch',
        turns(({ mib }) => mib),
        1.5,
      ),
      compare('processor time of 1,000 events', 'ms', 'list and watch', turns(perThousand)),
      observe('events that were lost', 'requests', lost, 0),
    ];
  },
};

interface Cost {
  readonly events: number;
  readonly mib: number;
  readonly processorMs: number;
}

interface Round {
  readonly ours: Cost;
  readonly theirs: Cost;
}

async function measureRound(): Promise<Round> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  const server = await startHelper('event-storm');
  const port = String(server.port);
  const ours = await startHelper('event-reader', port, folder);
  const theirs = await startHelper('bare-events', port);
  try {
    const before = [await ours.ask<Reading>('read'), await theirs.ask<Reading>('read')] as const;
    await server.ask({ events: EVENTS, seconds: SECONDS } satisfies StormPlan);
    const after = [await ours.ask<Reading>('read'), await theirs.ask<Reading>('read')] as const;
    return { ours: costOf(before[0], after[0]), theirs: costOf(before[1], after[1]) };
  } finally {
    await Promise.all([ours, theirs, server].map((helper) => helper.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

function costOf(before: Reading, { events, residentBytes, processorMs }: Reading): Cost {
  return { events, mib: residentBytes / MIB, processorMs: processorMs - before.processorMs };
}
