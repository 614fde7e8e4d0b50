import type { Receiver } from '../domain/alerts/delivery/receiver.ts';
import type { ChannelPorts } from './channel.ts';
import type { Delivery } from './delivery.ts';
import { createDeliveryQueue, type QueueChannel, type QueueOptions } from './delivery-queue.ts';
import { MIN_INTERVAL_MS, openChannel } from './open-channel.ts';

/** Brings messages to a receiver one by one, through its channel. */
export function createMessageDelivery(
  receiver: Receiver,
  options: Omit<QueueOptions, 'name'> & ChannelPorts,
): Delivery {
  const queue = createDeliveryQueue(outletOf(receiver, options), { ...options, name: receiver.name });
  return {
    submit: (notification) => queue.push(notification),
    // Messages say what has changed; who hears them needs no state.
    present: () => undefined,
    use: (changed) => queue.use(outletOf(changed, options)),
    retire: () => queue.retire(),
    isIdle: () => queue.isIdle(),
    health: () => queue.health(),
    stop: () => queue.stop(),
  };
}

function outletOf({ target }: Receiver, tools: ChannelPorts): QueueChannel {
  return { channel: openChannel(target, tools), minIntervalMs: MIN_INTERVAL_MS[target.kind] };
}
