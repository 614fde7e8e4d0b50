import { missingPrograms } from '../find-program.ts';
import { type Measurement, measure } from './measure.ts';
import { programVersions } from './pulling-client.ts';
import { CACHE_SITUATIONS, CONTAINERD_SITUATIONS, SKOPEO_SITUATIONS } from './situation.ts';
import { spendingTable } from './spending-table.ts';

const missing = missingPrograms(['containerd', 'ctr', 'skopeo', 'docker-registry']);
const problem =
  missing ?? (process.getuid?.() === 0 ? undefined : 'Only root can mount what containerd unpacks');
if (problem === undefined) {
  await printSpending();
} else {
  console.error(problem);
  process.exitCode = 1;
}

async function printSpending(): Promise<void> {
  const situations = [...CONTAINERD_SITUATIONS, ...SKOPEO_SITUATIONS, ...CACHE_SITUATIONS];
  const measurements: Measurement[] = [];
  // One after another: the clients' own concurrency is enough for two processors.
  for (const situation of situations) {
    measurements.push(await measure(situation));
    process.stderr.write(`\r${measurements.length} of ${situations.length}`);
  }
  process.stderr.write('\n');
  const today = new Date().toISOString().slice(0, 10);
  const versions = (await programVersions()).map((version) => `- ${version}`);
  console.log(`Measured on ${today} with\n\n${versions.join('\n')}\n\n${spendingTable(measurements)}`);
}
