import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { USAGE_COLUMNS } from '../domain/spending/usage-row.ts';
import type { ClusterServer } from './kubernetes/cluster-server.ts';
import { SHOWCASE_CLUSTERS, SHOWCASE_OWNERS } from './showcase-clusters.ts';

/** A user of the usage report, with what it pulls in an hour of the day. */
interface ReportedUser {
  readonly user: string;
  readonly token: string;
  readonly address: string;
  readonly repository: string;
  readonly tag: string;
  readonly pullsAt: (hour: number) => number;
}

const USERS: readonly ReportedUser[] = [
  reported('acmeweb', 'shop-ci', '192.0.2.10', 'acmeshop/web', (hour) => (isOffice(hour) ? 14 : 2)),
  reported('acmeweb', 'shop-deploy', '192.0.2.11', 'library/redis', (hour) => (isOffice(hour) ? 5 : 1)),
  reported('acmenightly', '', '198.51.100.4', 'library/node', (hour) => (hour < 4 ? 40 : 3)),
  reported('acmebatch', 'etl-prod', '198.51.100.20', 'acmedata/load', (hour) => (hour < 4 ? 48 : 6)),
  reported('rosa', '', '203.0.113.77', 'library/python', (hour) => (isOffice(hour) ? 1 : 0)),
];

/** The length of the usage report in days. */
const REPORTED_DAYS = 28;
const HOUR_MS = 3_600_000;

/**
 * Writes a kubeconfig for each cluster of the showcase, and a usage report as Docker Hub sends it, into a folder.
 * @param now milliseconds since the epoch: the report ends with the hour before
 * @returns the section `spending` of the configuration
 */
export function writeShowcaseFiles(
  folder: string,
  server: Pick<ClusterServer, 'urlOf'>,
  now: number,
): object {
  const kubernetes = SHOWCASE_CLUSTERS.map(({ name, credential }) => {
    const path = join(folder, `${name}.kubeconfig`);
    const kubeconfig = {
      'current-context': name,
      contexts: [{ name, context: { cluster: name } }],
      clusters: [{ name, cluster: { server: server.urlOf(name) } }],
    };
    writeFileSync(path, JSON.stringify(kubeconfig));
    return { name, kubeconfig_file: path, credential };
  });
  const reports = join(folder, 'usage');
  mkdirSync(reports);
  writeFileSync(join(reports, 'usage.csv'), usageReport(now));
  return {
    kubernetes,
    owners: SHOWCASE_OWNERS,
    usage_reports: { path: reports },
    budgets: [
      { team: 'shop', pulls: 250, per: 'day' },
      { team: 'data', pulls: 2_500, per: 'week' },
    ],
  };
}

function usageReport(now: number): string {
  const end = Math.floor(now / HOUR_MS) * HOUR_MS;
  const hours = Array.from(
    { length: REPORTED_DAYS * 24 },
    (_, i) => end - (REPORTED_DAYS * 24 - i) * HOUR_MS,
  );
  const rows = hours.flatMap((at) => {
    const datehour = new Date(at).toISOString().slice(0, 13).replace(/[-T]/g, '/');
    const hour = new Date(at).getUTCHours();
    return USERS.flatMap(({ user, token, address, repository, tag, pullsAt }) => {
      const pulls = pullsAt(hour);
      const fields = [datehour, user, repository, token, `[${address}]`, 'public', tag, '', pulls * 2, pulls];
      return pulls === 0 ? [] : [fields];
    });
  });
  return [USAGE_COLUMNS, ...rows].map((row) => `${row.map((field) => `"${field}"`).join(',')}\n`).join('');
}

function reported(
  user: string,
  token: string,
  address: string,
  repository: string,
  pullsAt: ReportedUser['pullsAt'],
): ReportedUser {
  return { user, token, address, repository, tag: '1.29', pullsAt };
}

function isOffice(hour: number): boolean {
  return hour >= 7 && hour < 17;
}
