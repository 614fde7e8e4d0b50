import type { AlertService } from '../../domain/alerts/lifecycle/alert-service.ts';

/** An alert service without alerts, receivers and silences, for a Headroom that evaluates no rules. */
export const NO_ALERTS: AlertService = {
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
