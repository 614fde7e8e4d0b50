import { type Containment, UNREPORTED } from '../kit/contain.ts';
import { quoteForeign } from '../kit/foreign-text.ts';
import { hasSaneNumbers } from './believable.ts';
import type { CredentialState, KnownResult } from './credential-state.ts';
import type { BlockReason } from './failure.ts';
import type { AddressPool } from './forecast/bucket-series.ts';
import type { Forecast } from './forecast/forecast.ts';
import type { Source } from './rate-limit.ts';
import { failed } from './reading.ts';
import type { Limited } from './result.ts';
import { type FailureLabel, failureLabel, type Result } from './result.ts';

/** The number of poll intervals for which a value is shown after the last probe that confirmed it. */
export const KEPT_INTERVALS = 3;

/** The forecast for the bucket of a credential. */
export interface Outlook {
  /** The newest forecast for its bucket. For a credential with several addresses: for the bucket that answered last. */
  readonly forecast: Forecast;
  /** The addresses that the credential alternates between; undefined when it has one. */
  readonly pool: AddressPool | undefined;
}

/**
 * The values of a credential at one moment. Values that are too old are undefined. Metrics, pages, the API and the
 * alert rules all read snapshots, so that they cannot contradict each other.
 */
export interface CredentialSnapshot {
  readonly name: string;
  readonly hasLogin: boolean;
  /** Whether the newest probe worked; undefined before the first one. False too when polling has stopped. */
  readonly up: boolean | undefined;
  /** Limit and remaining pulls; undefined when they are unknown or too old, or there is no limit. */
  readonly limited: Limited | undefined;
  /** Whether pulls are metered. False: unlimited. Undefined: unknown. */
  readonly enforced: boolean | undefined;
  /** The source of the bucket; undefined when the hub reported none, or when it is too old. */
  readonly source: Source | undefined;
  /** The block that the newest probe found; undefined when there is none. */
  readonly blocked: BlockReason | undefined;
  /** Whether a login is metered as anonymous. */
  readonly downgraded: boolean;
  /** The newest result of any outcome; undefined before the first one. */
  readonly latest: Result | undefined;
  /** When the newest successful probe ended, in milliseconds since the epoch. Never too old. */
  readonly lastSuccessAt: number | undefined;
  /** Probes so far. */
  readonly polls: number;
  /** Failed probes by reason; a reason that never occurred is absent. */
  readonly failures: Readonly<Partial<Record<FailureLabel, number>>>;
  /** The newest `limited` or `unlimited` result, however old: an alert outlives the values that fired it. */
  readonly known: KnownResult | undefined;
  /** Undefined before the first forecast, and when the values it was made from are too old. */
  readonly outlook: Outlook | undefined;
  /** Identifies the route: credentials with the same route have the same address. Empty when it was not given. */
  readonly route: string;
}

/**
 * Takes the snapshot of a credential.
 * @param now milliseconds since the epoch
 * @param outlook omitted from the snapshot when it contradicts the values
 */
export function takeSnapshot(
  state: CredentialState,
  now: number,
  outlook?: Outlook,
  route = '',
): CredentialSnapshot {
  const fresh = state.known && now < expiresAt(state.known) ? state.known.outcome : undefined;
  const limited = fresh?.kind === 'limited' ? fresh : undefined;
  const enforced = fresh && fresh.kind === 'limited';
  return {
    name: state.identity.name,
    hasLogin: state.identity.hasLogin,
    // Every result that is no failure is the newest one that is known.
    up: state.latest && fresh !== undefined && failureLabel(state.latest.outcome) === undefined,
    limited,
    enforced,
    source: fresh?.source,
    blocked: state.latest?.outcome.kind === 'blocked' ? state.latest.outcome.reason : undefined,
    downgraded: limited?.downgraded ?? false,
    latest: state.latest,
    lastSuccessAt: state.known?.at,
    polls: state.polls,
    failures: state.failures,
    known: usableKnown(state),
    outlook: outlook && agrees(outlook.forecast, limited, enforced) ? outlook : undefined,
    route,
  };
}

/**
 * Takes the snapshot of a credential. Never throws: for a state or forecast that cannot be used it reports the error and
 * returns a snapshot whose newest result is that error.
 * @param now milliseconds since the epoch
 * @param contain receives the error. Default: nothing is reported
 */
export function takeContainedSnapshot(
  state: CredentialState,
  outlook: Outlook | undefined,
  now: number,
  contain: Containment = UNREPORTED,
  route = '',
): CredentialSnapshot {
  return contain.one(
    'credential',
    state.identity.name,
    () => {
      const snapshot = takeSnapshot(state, now, outlook, route);
      if (!isUsable(snapshot)) throw new RangeError('One of its numbers is not believable');
      return snapshot;
    },
    (error) => ({ ...brokenSnapshot(state, error, now), known: usableKnown(state), route }),
  );
}

/** The values of a credential of which nothing but its name can be shown. */
export const NOTHING_SHOWN = {
  up: false,
  limited: undefined,
  enforced: undefined,
  source: undefined,
  blocked: undefined,
  downgraded: false,
  lastSuccessAt: undefined,
} as const satisfies Partial<CredentialSnapshot>;

/** Returns a snapshot whose newest result is the failure that the credential cannot be shown, with the reason. */
export function brokenSnapshot(
  { identity }: Pick<CredentialState, 'identity'>,
  error: unknown,
  now: number,
): CredentialSnapshot {
  const { name, hasLogin } = identity;
  const reason = error instanceof Error ? error.message : String(error);
  const outcome = failed('internal', `This credential cannot be shown: ${quoteForeign(reason)}`);
  return {
    name,
    hasLogin,
    ...NOTHING_SHOWN,
    latest: { credential: name, at: now, durationMs: 0, intervalMs: 0, outcome },
    polls: 0,
    failures: {},
    known: undefined,
    outlook: undefined,
    route: '',
  };
}

/**
 * Returns when the snapshot of this state changes without a new result, in milliseconds since the epoch: the moment at
 * which its value becomes too old. Undefined when it has no value, or the moment has passed.
 */
export function snapshotExpiresAt(state: CredentialState, now: number): number | undefined {
  const at = state.known && expiresAt(state.known);
  return at !== undefined && at > now ? at : undefined;
}

/** Returns the source of the newest `limited` or `unlimited` result, however old; undefined when the hub reported none. */
export function lastSource({ known }: Pick<CredentialSnapshot, 'known'>): Source | undefined {
  return known?.outcome.source;
}

function expiresAt(known: KnownResult): number {
  return known.at + KEPT_INTERVALS * known.intervalMs;
}

/** Returns the newest known result; undefined when it cannot be read or holds a number that is not believable. */
function usableKnown(state: CredentialState): KnownResult | undefined {
  try {
    return hasSaneNumbers(state.known) ? state.known : undefined;
  } catch {
    // A state whose result cannot be read is broken. `takeContainedSnapshot` must not throw because of it.
    return undefined;
  }
}

/** Forecasts whose numbers were checked: they are large, and never change. */
const checkedForecasts = new WeakSet<Forecast>();

function isUsable({ outlook, known: _, ...snapshot }: CredentialSnapshot): boolean {
  if (!hasSaneNumbers(snapshot)) return false;
  if (!outlook || checkedForecasts.has(outlook.forecast)) return true;
  if (!hasSaneNumbers(outlook.forecast)) return false;
  checkedForecasts.add(outlook.forecast);
  return true;
}

/** Reports whether a forecast agrees with the values: it is computed later than the result that it is based on. */
function agrees(forecast: Forecast, limited: Limited | undefined, enforced: boolean | undefined): boolean {
  if (enforced === undefined) return false;
  if (!limited) return forecast.kind === 'unlimited';
  return forecast.kind !== 'unlimited' && (limited.remaining > 0 || forecast.kind !== 'forecast');
}
