import type { ReceiverTarget } from '../../domain/alerts/delivery/receiver.ts';
import type { Channel, Receipt } from '../channel.ts';
import type { ChannelTools } from '../channel-tools.ts';
import { alertmanagerAlert, MISSED_RESENDS } from './alertmanager-alert.ts';
import { postAlerts } from './alertmanager-peer.ts';

/** Tells every peer of a message's alerts once: for `headroom alerts test`; who serves keeps a feed. */
export function createAlertmanagerChannel(
  { urls, authorization, resendIntervalMs }: Extract<ReceiverTarget, { kind: 'alertmanager' }>,
  { post, clock }: ChannelTools,
): Channel {
  return {
    async send({ alerts, pageUrl }, signal) {
      const context = { now: clock.now(), pageUrl, lifetimeMs: MISSED_RESENDS * resendIntervalMs };
      const written = alerts.map((alert) => alertmanagerAlert(alert, context));
      const receipts = await Promise.all(
        urls.map((url) => postAlerts({ url, authorization }, written, post, signal)),
      );
      const failed = receipts.filter((receipt) => receipt.kind !== 'delivered');
      return failed[0] ?? { kind: 'delivered', answer: receipts.map(answerOf).join(', ') };
    },
  };
}

function answerOf(receipt: Receipt): string {
  return receipt.kind === 'delivered' ? receipt.answer : receipt.reason;
}
