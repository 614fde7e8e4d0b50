import { formatDuration } from '../../kit/duration.ts';

/** What a bucket has, as control answers it; null where nobody counts. */
export interface ControlBalance {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly windowSeconds: number | null;
}

/** What a bucket has, in words. */
export function describeBalance({ limit, remaining, windowSeconds }: ControlBalance): string {
  if (limit === null) return 'is not metered';
  return `has ${remaining} of ${limit} pulls left in ${formatDuration((windowSeconds ?? 0) * 1_000)}`;
}
