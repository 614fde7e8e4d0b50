import type { QueriedSeries } from '../../../src/history/prometheus/query-result.ts';

/** When all values below were scraped: 2026-11-23 21:00:00 UTC. */
export const NOW = Date.UTC(2026, 10, 23, 21);

/** A series with one value; a name without `dockerhub_` is completed. */
export function one(name: string, labels: Readonly<Record<string, string>>, value: number): QueriedSeries {
  return { labels: { __name__: `dockerhub_${name}`, ...labels }, values: [{ at: NOW, value }] };
}

/** The series of a credential that has `remaining` of 100 pulls left and was polled at `NOW`. */
export function limitedSeries(
  labels: Readonly<Record<string, string>>,
  remaining: number,
  { source = '192.0.2.1', durationMs = 120.5 }: { source?: string; durationMs?: number } = {},
): QueriedSeries[] {
  return [
    one('up', labels, 1),
    one('ratelimit_limit', labels, 100),
    one('ratelimit_remaining', labels, remaining),
    one('ratelimit_window_seconds', labels, 3_600),
    one('ratelimit_enforced', labels, 1),
    one('ratelimit_source_info', { ...labels, source, kind: 'ipv4' }, 1),
    one('ratelimit_blocked', { ...labels, reason: 'abuse' }, 0),
    one('ratelimit_blocked', { ...labels, reason: 'login' }, 0),
    one('poll_duration_seconds', labels, durationMs / 1_000),
    one('last_poll_timestamp_seconds', labels, NOW / 1_000),
    one('last_success_timestamp_seconds', labels, NOW / 1_000),
  ];
}
