import type { Alert } from '../domain/alerts/alert.ts';
import type { Silence, SilenceRequest } from '../domain/alerts/lifecycle/silence.ts';
import { createSilence, matchesAlert } from '../domain/alerts/lifecycle/silence.ts';
import type { AlertingState } from './alerting-state.ts';

/** Creates and ends silences and acknowledgements. */
export interface SilenceService {
  /**
   * Creates a silence from a user's request.
   * @param rules names of the configured rules
   * @throws RangeError if a value is out of range, or there is no alert to acknowledge
   */
  create(request: SilenceRequest, rules: readonly string[], now: number): Silence;
  /** Ends a silence. Returns false if the id is unknown. */
  end(id: string, now: number): boolean;
  /** Ends silences that have expired, and acknowledgements whose alerts have been resolved. */
  endExpired(now: number): void;
  /** Returns those that have not ended, ordered by their end. */
  list(): readonly Silence[];
}

/** How many silences may exist at once. */
const MAX_SILENCES = 1_000;

/**
 * Creates a silence service.
 * @param newId returns a new random id that is safe in a URL
 */
export function createSilenceService(state: AlertingState, newId: () => string): SilenceService {
  const openAlerts = () => [...state.records().values()].map(({ alert }) => alert);

  function end(silence: Silence, at: number): void {
    state.endSilence(silence.id);
    state.addEvent({ kind: 'unsilenced', at, silence });
  }

  return {
    create(request, rules, now) {
      const silence = createSilence(request, newId(), rules, now);
      if (silence.kind === 'acknowledgement' && !isNeeded(silence, openAlerts())) {
        throw new RangeError(`No alert to acknowledge: ${silence.subjectKey}`);
      }
      if (state.silences().length >= MAX_SILENCES) {
        throw new RangeError(`There are ${MAX_SILENCES} silences already; end some first`);
      }
      state.addSilence(silence);
      const kind = silence.kind === 'silence' ? 'silenced' : 'acknowledged';
      state.addEvent({ kind, at: now, silence });
      return silence;
    },
    end(id, now) {
      const silence = state.silences().find((known) => known.id === id);
      if (silence) end(silence, now);
      return silence !== undefined;
    },
    endExpired(now) {
      if (state.silences().length === 0) return;
      const open = openAlerts();
      for (const silence of state.silences()) {
        const isOver = silence.endsAt <= now;
        const isDone = silence.kind === 'acknowledgement' && !isNeeded(silence, open);
        if (isOver || isDone) end(silence, now);
      }
    },
    list: () => [...state.silences()].sort((a, b) => a.endsAt - b.endsAt),
  };
}

function isNeeded(silence: Silence, open: readonly Alert[]): boolean {
  return open.some((alert) => matchesAlert(silence, alert));
}
