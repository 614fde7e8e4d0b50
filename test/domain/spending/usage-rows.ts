import { USAGE_COLUMNS, type UsageRow } from '../../../src/domain/spending/usage-row.ts';

/** The first line of a usage report, as Docker writes it. */
export const USAGE_HEADER = USAGE_COLUMNS.map((column) => `"${column}"`).join(',');

/** Returns a row with one pull; `values` replaces its fields. */
export function usageRow(values: Partial<UsageRow> = {}): UsageRow {
  return {
    at: Date.UTC(2026, 10, 29, 9),
    user: 'acmeci',
    repository: 'library/nginx',
    token: '',
    addresses: ['192.0.2.1'],
    detail: '[192.0.2.1]\npublic\nlatest\nsha256:aa',
    versionChecks: 0,
    pulls: 1,
    ...values,
  };
}

/** The cells of a line; those of Docker's example by default. */
interface LineCells {
  readonly hour?: string;
  readonly user?: string;
  readonly repository?: string;
  readonly token?: string;
  readonly ips?: string;
  readonly tag?: string;
  readonly checks?: string | number;
  readonly pulls?: string | number;
}

/** Returns a line of a usage report. */
export function usageLine({
  hour = '2026/11/29/09',
  user = 'acmeci',
  repository = 'library/nginx',
  token = '',
  ips = '[192.0.2.1]',
  tag = 'latest',
  checks = 0,
  pulls = 1,
}: LineCells = {}): string {
  const cells = [hour, user, repository, token, ips, 'public', tag, 'sha256:aa', checks, pulls];
  return cells.map((cell) => `"${cell}"`).join(',');
}
