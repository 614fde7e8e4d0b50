import { formatThreshold } from '../../config/kinds/number.ts';
import type { CheckReport } from './check-report.ts';
import { STATUSES } from './judge.ts';

/** A check for programs; `credentials` are as `/api/v1/credentials` has them, each with its status. */
export function asJson({ status, judgements, thresholds, at }: CheckReport): string {
  const report = {
    status,
    exit_code: STATUSES[status],
    at: new Date(at).toISOString(),
    thresholds: {
      warning: formatThreshold(thresholds.warning),
      critical: formatThreshold(thresholds.critical),
    },
    credentials: judgements.map(({ credential, status: own }) => ({ status: own, ...credential })),
  };
  return JSON.stringify(report, undefined, 2);
}
