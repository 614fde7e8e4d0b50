import { type Containment, UNREPORTED } from '../../kit/contain.ts';
import { hasSaneNumbers } from '../believable.ts';
import type { CredentialState, KnownResult } from '../credential-state.ts';
import { type ForeseenView, foreseeCredential, type Outlook } from '../forecast/outlook.ts';
import type { Source } from '../source.ts';

/** A credential as alerting sees it at one moment. */
export interface WatchedCredential extends ForeseenView {
  /** The newest result that said something about the limit, however old: what fires is not forgotten with its value. */
  readonly known: KnownResult | undefined;
  /** Names the way its requests leave by: credentials of one route leave from one address. */
  readonly route: string;
}

/** Watches a credential at `now` (milliseconds since the epoch). */
export function watchCredential(
  state: CredentialState,
  outlook: Outlook | undefined,
  route: string,
  now: number,
  contain: Containment = UNREPORTED,
): WatchedCredential {
  const view = foreseeCredential(state, outlook, now, contain);
  // What fires is not forgotten because its newest result cannot be used.
  const known = hasSaneNumbers(state.known) ? state.known : undefined;
  return { ...view, known, route };
}

/** Whose bucket it drew on when that was last known; undefined where the hub has named none. */
export function lastSource({ known }: Pick<WatchedCredential, 'known'>): Source | undefined {
  return known?.outcome.source;
}
