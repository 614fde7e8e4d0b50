import type { ReceiverTarget } from '../../domain/alerts/delivery/receiver.ts';
import { Secret } from '../../kit/secret.ts';
import type { Channel, Receipt } from '../channel.ts';
import type { ChannelTools } from '../channel-tools.ts';
import { judgeAnswer } from '../judge-answer.ts';
import { pagerdutyEvent } from './pagerduty-event.ts';

/** Opens, acknowledges and resolves incidents by PagerDuty's Events API v2, an event for each alert. */
export function createPagerdutyChannel(
  target: Extract<ReceiverTarget, { kind: 'pagerduty' }>,
  { post, clock }: ChannelTools,
): Channel {
  const url = new Secret(target.url);
  /** How many alerts of a message have been told: another attempt goes on from there, or it would never get through. */
  let progress = { id: '', told: 0 };

  return {
    async send(notification, signal) {
      if (progress.id !== notification.id) progress = { id: notification.id, told: 0 };
      const routingKey = await target.routingKey();
      let refused: Receipt | undefined;
      let last: Receipt = { kind: 'delivered', answer: 'Nothing to tell' };
      for (const alert of notification.alerts.slice(progress.told)) {
        const event = pagerdutyEvent(alert, notification, clock.now());
        const body = JSON.stringify({ routing_key: routingKey.reveal(), ...event });
        last = judgeAnswer(await post({ url, body, secrets: [routingKey] }, signal));
        if (last.kind === 'retry') return last;
        progress.told += 1;
        if (last.kind === 'refused') refused = last;
      }
      return refused ?? last;
    },
  };
}
