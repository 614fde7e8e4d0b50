import type { Alert } from '../domain/alerts/alert.ts';
import type { Silence, SilenceRequest } from '../domain/alerts/lifecycle/silence.ts';
import { grantSilence, isAbout } from '../domain/alerts/lifecycle/silence.ts';
import type { Ledger } from './alerting-state.ts';

/** Grants silences and acknowledgements, and ends them. */
export interface SilenceService {
  /**
   * @param rules names of the rules there are
   * @throws RangeError when a value is out of range, or there is nothing to acknowledge
   */
  grant(wish: SilenceRequest, rules: readonly string[], now: number): Silence;
  /** Ends one; false when there is none by that id. */
  end(id: string, now: number): boolean;
  /** Ends those whose time is over, and acknowledgements whose alerts are. */
  endOver(now: number): void;
  /** Those that have not ended, the one that ends first first. */
  list(): readonly Silence[];
}

/** How many there may be at once: whoever asks for more wants to remove a rule. */
const MOST_SILENCES = 1_000;

/** @param newId gives a random id, safe in a URL, another one each time */
export function createSilenceService(ledger: Ledger, newId: () => string): SilenceService {
  const openAlerts = () => [...ledger.records().values()].map(({ alert }) => alert);

  function end(silence: Silence, at: number): void {
    ledger.endSilence(silence.id);
    ledger.note({ kind: 'unsilenced', at, silence });
  }

  return {
    grant(wish, rules, now) {
      const silence = grantSilence(wish, newId(), rules, now);
      if (silence.kind === 'acknowledgement' && !isNeeded(silence, openAlerts())) {
        throw new RangeError(`There is no alert to acknowledge: ${silence.subjectKey}`);
      }
      if (ledger.silences().length >= MOST_SILENCES) {
        throw new RangeError(`There are ${MOST_SILENCES} silences already; end some of them first`);
      }
      ledger.addSilence(silence);
      const kind = silence.kind === 'silence' ? 'silenced' : 'acknowledged';
      ledger.note({ kind, at: now, silence });
      return silence;
    },
    end(id, now) {
      const silence = ledger.silences().find((known) => known.id === id);
      if (silence) end(silence, now);
      return silence !== undefined;
    },
    endOver(now) {
      if (ledger.silences().length === 0) return;
      const open = openAlerts();
      for (const silence of ledger.silences()) {
        const isOver = silence.endsAt <= now;
        const isDone = silence.kind === 'acknowledgement' && !isNeeded(silence, open);
        if (isOver || isDone) end(silence, now);
      }
    },
    list: () => [...ledger.silences()].sort((a, b) => a.endsAt - b.endsAt),
  };
}

function isNeeded(silence: Silence, open: readonly Alert[]): boolean {
  return open.some((alert) => isAbout(silence, alert));
}
