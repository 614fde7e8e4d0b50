/** How much an alert matters, the worst first: `critical` wakes people, `info` is news. */
export const SEVERITIES = ['critical', 'warning', 'info'] as const;

/** One of `SEVERITIES`. */
export type Severity = (typeof SEVERITIES)[number];
