import type { Receiver } from '../domain/alerts/delivery/receiver.ts';
import type { ChannelTools } from './channel.ts';
import type { Delivery } from './delivery.ts';
import { createDeliveryQueue, type Outlet, type QueueOptions } from './delivery-queue.ts';
import { openChannel, PACE_MS } from './open-channel.ts';

/** Brings messages to a receiver one by one, through its channel. */
export function createMessageDelivery(
  receiver: Receiver,
  options: Omit<QueueOptions, 'name'> & ChannelTools,
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

function outletOf({ target }: Receiver, tools: ChannelTools): Outlet {
  return { channel: openChannel(target, tools), paceMs: PACE_MS[target.kind] };
}
