import type { Alert } from '../domain/alerts/alert.ts';
import type { Silence, SilenceRequest } from '../domain/alerts/lifecycle/silence.ts';
import { createSilence, matchesAlert } from '../domain/alerts/lifecycle/silence.ts';
import type { AlertingState } from './alerting-state.ts';

/** Grants silences and acknowledgements, and ends them. */
export interface SilenceService {
  /**
   * @param rules names of the rules there are
   * @throws RangeError when a value is out of range, or there is nothing to acknowledge
   */
  create(wish: SilenceRequest, rules: readonly string[], now: number): Silence;
  /** Ends one; false when there is none by that id. */
  end(id: string, now: number): boolean;
  /** Ends those whose time is over, and acknowledgements whose alerts are. */
  endExpired(now: number): void;
  /** Those that have not ended, the one that ends first first. */
  list(): readonly Silence[];
}

/** How many there may be at once: whoever asks for more wants to remove a rule. */
const MAX_SILENCES = 1_000;

/** @param newId gives a random id, safe in a URL, another one each time */
export function createSilenceService(state: AlertingState, newId: () => string): SilenceService {
  const openAlerts = () => [...state.records().values()].map(({ alert }) => alert);

  function end(silence: Silence, at: number): void {
    state.endSilence(silence.id);
    state.addEvent({ kind: 'unsilenced', at, silence });
  }

  return {
    create(wish, rules, now) {
      const silence = createSilence(wish, newId(), rules, now);
      if (silence.kind === 'acknowledgement' && !isNeeded(silence, openAlerts())) {
        throw new RangeError(`There is no alert to acknowledge: ${silence.subjectKey}`);
      }
      if (state.silences().length >= MAX_SILENCES) {
        throw new RangeError(`There are ${MAX_SILENCES} silences already; end some of them first`);
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
