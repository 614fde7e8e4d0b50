import type { Alert } from '../alert.ts';
import type { ReceiverHealth } from '../delivery/notification.ts';
import type { AlertEvent } from './alert-event.ts';
import type { Silence } from './silence.ts';

/** What pages and the API see of alerting. */
export interface AlertService {
  /** Pending and firing alerts, the worst first. */
  alerts(): readonly Alert[];
  /** Silences and acknowledgements that have not ended. */
  silences(): readonly Silence[];
  /** Past events, oldest first, the newest `limit` of them. */
  events(from: number, to: number, limit: number): readonly AlertEvent[];
  receivers(): readonly ReceiverHealth[];
  /**
   * Silences or acknowledges.
   * @throws RangeError when a value is out of range
   */
  silence(wish: SilenceRequest): Silence;
  /** Ends a silence now; false when there is none by that id. */
  unsilence(id: string): boolean;
  /** Hears of each event after it has been committed; returns what ends the subscription. */
  subscribe(listener: (event: AlertEvent) => void): () => void;
}

/** What a person asks for. */
export type SilenceRequest = Pick<Silence, 'kind' | 'subjectKey' | 'rule' | 'author' | 'comment'> & {
  /** From now, in milliseconds: 1 minute to 30 days. */
  readonly durationMs: number;
};
