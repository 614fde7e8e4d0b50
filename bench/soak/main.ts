/**
 * Lets Headroom run for a while with 200 credentials, each polled every second, and reports whether its memory grows. Argument:
 * minutes, 60 by default. Exit code 1 when resident memory at the end differs from that at minute 10 by more than 5 %.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describeMachine } from '../measure/machine.ts';
import { spreadOf } from '../measure/statistics.ts';
import { startHeadroom } from '../processes/headroom.ts';
import { startHelper } from '../processes/helper.ts';

const CREDENTIALS = 200;
const DEFAULT_MINUTES = 60;
/** A start has settled by then: caches are filled, code is compiled. Of a short run, its first half. */
const SETTLED_AFTER_MINUTES = 10;
/** Memory is the median of this many minutes: it goes up and down with each garbage collection. */
const COMPARED_MINUTES = 3;
const SAMPLE_EVERY_MS = 5_000;
const SAMPLES_A_MINUTE = 60_000 / SAMPLE_EVERY_MS;
const TOLERANCE = 0.05;
const MIB = 2 ** 20;

/** The values of one scrape. */
interface Sample {
  readonly residentMib: number;
  readonly heapMib: number;
  /** 99th percentile since the scrape before. */
  readonly delayMs: number;
  /** Since the start. */
  readonly polls: number;
}

const minutes = Number(process.argv[2] ?? DEFAULT_MINUTES);
if (!Number.isInteger(minutes) || minutes < 2) {
  console.error('How many minutes? A whole number, at least 2');
  process.exit(2);
}
console.log(
  `${describeMachine()}\n\n${CREDENTIALS} credentials, each polled every second, ${minutes} minutes\n`,
);
const simulator = await startHelper('simulated-hub');
const headroom = await startHeadroom({
  hubPort: simulator.port,
  credentials: CREDENTIALS,
  schedule: '* * * * * *',
  jitter: '500ms',
});
try {
  process.exitCode = report(await watch(headroom.port)) ? 0 : 1;
} finally {
  await headroom.stop();
  await simulator.stop();
}

/** Scrapes until the time is over, and prints a line each minute. */
async function watch(port: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  let before = await scrape(port);
  console.log('minute  resident MiB  heap MiB  event loop p99 ms  polls a minute');
  for (let minute = 1; minute <= minutes; minute += 1) {
    const startedAt = performance.now();
    const ofMinute: Sample[] = [];
    while (ofMinute.length < SAMPLES_A_MINUTE) {
      // A scrape that takes long does not make the minute longer.
      await sleep(Math.max(0, startedAt + (ofMinute.length + 1) * SAMPLE_EVERY_MS - performance.now()));
      ofMinute.push(await scrape(port));
    }
    const last = ofMinute.at(-1) ?? before;
    const delayMs = Math.max(...ofMinute.map((sample) => sample.delayMs));
    const figures = [medianOf(ofMinute, 'residentMib'), medianOf(ofMinute, 'heapMib'), delayMs];
    const [resident = '', heap = '', delay = ''] = figures.map((figure) => figure.toFixed(1));
    const polls = String(last.polls - before.polls);
    console.log(
      `${String(minute).padStart(6)}${resident.padStart(14)}${heap.padStart(10)}${delay.padStart(19)}${polls.padStart(16)}`,
    );
    before = last;
    samples.push(...ofMinute);
  }
  return samples;
}

/** Prints how memory has changed; returns whether it stayed. */
function report(samples: readonly Sample[]): boolean {
  const settled = Math.min(SETTLED_AFTER_MINUTES, Math.floor(minutes / 2));
  const [early, late] = [settled, minutes].map((end) => {
    const from = Math.max(0, end - COMPARED_MINUTES) * SAMPLES_A_MINUTE;
    return medianOf(samples.slice(from, end * SAMPLES_A_MINUTE), 'residentMib');
  }) as [number, number];
  const change = late / early - 1;
  const isSteady = Math.abs(change) <= TOLERANCE;
  console.log(
    `\nResident memory: ${early.toFixed(1)} MiB until minute ${settled}, ${late.toFixed(1)} MiB until minute ${minutes}, ` +
      `${(change * 100).toFixed(1)} % (${isSteady ? 'within' : 'more than'} ${TOLERANCE * 100} %)`,
  );
  return isSteady;
}

function medianOf(samples: readonly Sample[], figure: keyof Sample): number {
  return spreadOf(samples.map((sample) => sample[figure])).median;
}

async function scrape(port: number): Promise<Sample> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await response.text();
  if (!response.ok) throw new Error(`/metrics was answered with ${response.status}`);
  return {
    residentMib: sumOf(text, 'process_resident_memory_bytes') / MIB,
    heapMib: sumOf(text, 'nodejs_heap_size_used_bytes') / MIB,
    delayMs: sumOf(text, 'nodejs_eventloop_lag_p99_seconds') * 1_000,
    polls: sumOf(text, 'dockerhub_polls_total'),
  };
}

/** The sum of a metric's samples; throws when it has none, so that a renamed one is noticed. */
function sumOf(text: string, metric: string): number {
  const values = [...text.matchAll(new RegExp(`^${metric}(?:\\{.*\\})? (\\S+)$`, 'gm'))];
  if (values.length === 0) throw new Error(`/metrics has no ${metric}`);
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
}
