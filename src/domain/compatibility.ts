/**
 * Other exporters whose metric names can be exposed in addition to Headroom's own (`metrics.compatibility`), so that
 * dashboards and alerts keep working after a switch. `viadee` and `gitlab` are one family: the former is a fork of the latter.
 */
export const COMPATIBILITY_NAMES = ['viadee', 'gitlab', 'jadolg', 'tcaty'] as const;

/** One of `COMPATIBILITY_NAMES`. */
export type CompatibilityName = (typeof COMPATIBILITY_NAMES)[number];
