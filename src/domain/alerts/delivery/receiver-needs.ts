import type { ReceiverTarget } from './receiver.ts';

/**
 * What becomes of a message that nobody takes back. `machine`: it is an incident that stays open until it is ended;
 * `message`: it goes on looking as if it were true; `nothing`: it is read once; `state`: there are no messages.
 */
export type LeftOpen = 'machine' | 'message' | 'nothing' | 'state';

const LEFT_OPEN: Record<ReceiverTarget['kind'], LeftOpen> = {
  slack: 'nothing',
  slack_bot: 'message',
  webhook: 'machine',
  alertmanager: 'state',
  pagerduty: 'machine',
  teams: 'nothing',
  discord: 'nothing',
  ntfy: 'nothing',
};

/** What an end that is not told leaves behind at a receiver. */
export function leftOpenAt({ kind }: ReceiverTarget): LeftOpen {
  return LEFT_OPEN[kind];
}
