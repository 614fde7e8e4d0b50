import { type Containment, UNREPORTED } from '../../kit/contain.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import { hasSaneNumbers } from '../believable.ts';
import type { CredentialState } from '../credential-state.ts';
import { type CredentialView, viewCredential } from '../credential-view.ts';
import { failed } from '../reading.ts';
import type { AddressPool } from './address-pool.ts';
import type { Forecast } from './forecast.ts';

/** What is to be expected of the bucket that a credential draws on. */
export interface Outlook {
  /** The newest forecast for its bucket: for a credential that changes addresses, the one it was answered from last. */
  readonly forecast: Forecast;
  /** The addresses that the credential changes between; undefined when it leaves by one. */
  readonly pool: AddressPool | undefined;
}

/** A view of a credential with what is to be expected of its bucket. */
export interface ForeseenView extends CredentialView {
  /** Undefined before the first forecast, and as soon as the values it rests on may no longer be believed. */
  readonly outlook: Outlook | undefined;
}

/** Adds to a view what may be said of the future then, so that it never contradicts the view. */
export function foreseeView(view: CredentialView, outlook: Outlook | undefined): ForeseenView {
  return { ...view, outlook: outlook && isBelievable(outlook.forecast, view) ? outlook : undefined };
}

/**
 * Returns what may be said of a credential at `now` (milliseconds since the epoch), with what is to be expected. Never
 * throws: a state or a forecast that cannot be used is a credential that is shown as broken.
 */
export function foreseeCredential(
  state: CredentialState,
  outlook: Outlook | undefined,
  now: number,
  contain: Containment = UNREPORTED,
): ForeseenView {
  const { name } = state.identity;
  return contain.one(
    'credential',
    name,
    () => {
      const view = foreseeView(viewCredential(state, now), outlook);
      if (!isUsable(view)) throw new RangeError('One of its numbers is not believable');
      return view;
    },
    (error) => brokenView(state, error, now),
  );
}

/** A credential of which only is said that it cannot be shown, and why. */
export function brokenView(
  { identity }: Pick<CredentialState, 'identity'>,
  error: unknown,
  now: number,
): ForeseenView {
  const { name, hasLogin } = identity;
  const reason = error instanceof Error ? error.message : String(error);
  const outcome = failed('internal', `This credential cannot be shown: ${quoteForeign(reason)}`);
  return {
    name,
    hasLogin,
    up: false,
    limited: undefined,
    enforced: undefined,
    source: undefined,
    blocked: undefined,
    downgraded: false,
    latest: { credential: name, at: now, durationMs: 0, intervalMs: 0, outcome },
    lastSuccessAt: undefined,
    polls: 0,
    failures: {},
    outlook: undefined,
  };
}

/** Forecasts that have been looked through; they are long, and never change. */
const usable = new WeakSet<Forecast>();

function isUsable({ outlook, ...view }: ForeseenView): boolean {
  if (!hasSaneNumbers(view)) return false;
  if (!outlook || usable.has(outlook.forecast)) return true;
  if (!hasSaneNumbers(outlook.forecast)) return false;
  usable.add(outlook.forecast);
  return true;
}

/** Forecasts are made a moment after the result that they rest on. */
function isBelievable(forecast: Forecast, { limited, enforced }: CredentialView): boolean {
  if (enforced === undefined) return false;
  if (!limited) return forecast.kind === 'unlimited';
  return forecast.kind !== 'unlimited' && (limited.remaining > 0 || forecast.kind !== 'forecast');
}
