import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningHeadroom } from '../end-to-end/running-headroom.ts';
import { type PrometheusServer, startPrometheus } from '../metrics/prometheus-server.ts';
import { type AlertmanagerServer, startAlertmanager } from './alertmanager-server.ts';
import { TIME_LAPSE } from './rehearsed-query.ts';
import { RULE_GROUPS, rulesInTimeLapse } from './rules-file.ts';
import { startShowcaseTargets } from './showcase-targets.ts';

/** The whole of it, by real programs: Headroom on a simulated hub in every state, Prometheus with the rules, Alertmanager. */
export interface Rehearsal {
  readonly headroom: RunningHeadroom;
  readonly prometheus: PrometheusServer;
  readonly alertmanager: AlertmanagerServer;
  stop(): Promise<void>;
}

/** Starts them all. */
export async function startRehearsal(): Promise<Rehearsal> {
  const folder = await mkdtemp(join(tmpdir(), 'headroom-rehearsal-'));
  const [alertmanager, targets] = await Promise.all([startAlertmanager(), startShowcaseTargets()]);
  const rulesFile = join(folder, 'rules.json');
  await writeFile(rulesFile, JSON.stringify(rulesInTimeLapse(RULE_GROUPS, TIME_LAPSE)));
  const prometheus = await startPrometheus(
    targets.scrapeConfigs,
    `
rule_files: ['${rulesFile}']
alerting: { alertmanagers: [{ static_configs: [{ targets: ['${alertmanager.address}'] }] }] }
`,
  );
  return {
    headroom: targets.headroom,
    prometheus,
    alertmanager,
    async stop() {
      await prometheus.stop();
      await Promise.all([targets.stop(), alertmanager.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
