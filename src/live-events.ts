import type { AlertService } from './domain/alerts/lifecycle/alert-service.ts';
import type { LiveListener } from './domain/history/live-event.ts';
import type { History } from './history/history.ts';

/**
 * Tells a listener of results and of what happens to alerts, as one stream.
 * @returns ends the subscription
 */
export function subscribeToAll(
  history: Pick<History, 'subscribe'>,
  alerts: Pick<AlertService, 'subscribe'>,
  listener: LiveListener,
): () => void {
  const ends = [
    history.subscribe((result) => listener({ kind: 'result', result })),
    alerts.subscribe((event) => listener({ kind: 'alert', event })),
  ];
  return () => {
    for (const end of ends) end();
  };
}
