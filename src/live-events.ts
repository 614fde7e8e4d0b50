import type { AlertDesk } from './domain/alerts/lifecycle/alert-service.ts';
import type { LiveListener } from './domain/history/live-event.ts';
import type { History } from './history/history.ts';

/**
 * Tells a listener of results and of what happens to alerts, as one stream.
 * @returns ends the subscription
 */
export function subscribeToAll(
  history: Pick<History, 'subscribe'>,
  desk: Pick<AlertDesk, 'subscribe'>,
  listener: LiveListener,
): () => void {
  const ends = [
    history.subscribe((result) => listener({ kind: 'result', result })),
    desk.subscribe((event) => listener({ kind: 'alert', event })),
  ];
  return () => {
    for (const end of ends) end();
  };
}
