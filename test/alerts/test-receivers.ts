import type { Receiver } from '../../src/domain/alerts/delivery/receiver.ts';
import { SEVERITIES } from '../../src/domain/alerts/rules/alert-rule.ts';
import { Secret } from '../../src/kit/secret.ts';

/** A receiver by Slack's incoming webhook that gets everything by default. */
export function receiver(name: string, differences: Partial<Receiver> = {}): Receiver {
  return {
    name,
    severities: SEVERITIES,
    sendResolved: true,
    repeatIntervalMs: 4 * 3_600_000,
    quietHours: undefined,
    target: {
      kind: 'slack',
      webhookUrl: () => Promise.resolve(new Secret('https://hooks.slack.com/services/T0/B0/x')),
      mention: undefined,
    },
    ...differences,
  };
}
