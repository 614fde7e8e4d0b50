import type { AlertDesk } from '../../domain/alerts/lifecycle/alert-service.ts';

/** The desk of a Headroom in which nobody watches: there are no alerts, and nothing to silence. */
export const QUIET_DESK: AlertDesk = {
  alerts: () => [],
  silences: () => [],
  events: () => [],
  receivers: () => [],
  silence() {
    throw new RangeError('There are no alerts to silence');
  },
  unsilence: () => false,
  subscribe: () => () => undefined,
};
