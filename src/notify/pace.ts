import type { ReceiverTarget } from '../domain/alerts/delivery/receiver.ts';

/**
 * The least time from one message to the next, in milliseconds. Slack asks for one message a second
 * (https://docs.slack.dev/apis/web-api/rate-limits), Teams for four requests a second at most, Discord for 30 messages a
 * minute and channel, ntfy lets 60 pass and then one in 5 s, PagerDuty takes 120 events a minute: who is over is told to
 * wait, and does. Own servers are told at once.
 */
export const PACE_MS: Readonly<Record<ReceiverTarget['kind'], number>> = {
  slack: 1_000,
  slack_bot: 1_000,
  webhook: 0,
  alertmanager: 0,
  pagerduty: 500,
  teams: 1_000,
  discord: 2_000,
  ntfy: 1_000,
};
