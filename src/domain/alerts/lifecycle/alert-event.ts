import type { Alert } from '../alert.ts';
import type { Silence } from './silence.ts';

/** Something that happened to an alert: what the history keeps, and live pages hear. */
export type AlertEvent =
  | { readonly kind: 'pending' | 'firing' | 'resolved'; readonly at: number; readonly alert: Alert }
  | {
      readonly kind: 'silenced' | 'acknowledged' | 'unsilenced';
      readonly at: number;
      readonly silence: Silence;
    };
