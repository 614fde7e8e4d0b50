import { alerts } from './benchmarks/alerts.ts';
import { check } from './benchmarks/check.ts';
import { history } from './benchmarks/history.ts';
import { historyAge } from './benchmarks/history-age.ts';
import { installedSize } from './benchmarks/installed-size.ts';
import { memory } from './benchmarks/memory.ts';
import { page } from './benchmarks/page.ts';
import { plan } from './benchmarks/plan.ts';
import { probes } from './benchmarks/probes.ts';
import { processor } from './benchmarks/processor.ts';
import { requests } from './benchmarks/requests.ts';
import { scenario } from './benchmarks/scenario.ts';
import { scrapes } from './benchmarks/scrapes.ts';
import { simulator } from './benchmarks/simulator.ts';
import { startup } from './benchmarks/startup.ts';
import { storm } from './benchmarks/storm.ts';
import type { Benchmark } from './measure/benchmark.ts';
import { describeMachine } from './measure/machine.ts';
import { formatFindings } from './measure/report.ts';

const BENCHMARKS: readonly Benchmark[] = [
  requests,
  probes,
  plan,
  scrapes,
  page,
  memory,
  startup,
  check,
  simulator,
  scenario,
  alerts,
  history,
  historyAge,
  processor,
  installedSize,
  storm,
];

const names = process.argv.slice(2);
const unknown = names.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  const known = BENCHMARKS.map(({ name }) => name).join(', ');
  console.error(`Unknown benchmark: ${unknown.join(', ')}. Allowed: ${known}`);
  process.exit(2);
}

console.log(describeMachine());
for (const { name, about, run } of BENCHMARKS) {
  if (names.length > 0 && !names.includes(name)) continue;
  console.log(`\n## ${name}\n\n${about}\n\n${formatFindings(await run())}`);
}
