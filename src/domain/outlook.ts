import type { CredentialView } from './credential-view.ts';
import type { AddressPool } from './foresight/address-pool.ts';
import type { Forecast } from './foresight/forecast.ts';

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

/** Forecasts are made a moment after the result that they rest on. */
function isBelievable(forecast: Forecast, { limited, enforced }: CredentialView): boolean {
  if (enforced === undefined) return false;
  if (!limited) return forecast.kind === 'unlimited';
  return forecast.kind !== 'unlimited' && (limited.remaining > 0 || forecast.kind !== 'forecast');
}
