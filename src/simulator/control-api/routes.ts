import type { Account } from '../accounts/account.ts';
import type { SimulatorControl } from '../control.ts';
import { FAULTS } from '../fault.ts';
import type { LedgerEntry } from '../ledger.ts';
import { PROFILES } from '../profile.ts';
import {
  ACCOUNT_BODY,
  BUCKET_BODY,
  BUCKET_QUERY,
  FAULT_BODY,
  LIMITS_BODY,
  PROFILE_BODY,
  SPEND_BODY,
} from './bodies.ts';
import { readInput, readJson } from './read-input.ts';

/** What a control request carries. */
export interface ControlInput {
  readonly body: string;
  readonly query: URLSearchParams;
  /** The path's last part where the route has one; empty otherwise. */
  readonly item: string;
}

/** Does what a request asks and returns what is answered as JSON. */
export type ControlAction = (control: SimulatorControl, input: ControlInput) => unknown;

/** The control API: `METHOD path`, below `/_simulator`. `:item` stands for one part of the path. */
export const ROUTES: Readonly<Record<string, ControlAction>> = {
  'GET /': (control) => overview(control),
  'GET /accounts': (control) => control.accounts().map(withoutPassword),
  'POST /accounts': (control, { body }) => withoutPassword(control.addAccount(readJson(ACCOUNT_BODY, body))),
  'DELETE /accounts/:item': (control, { item }) => ({ removed: control.removeAccount(item) ? 1 : 0 }),
  'GET /faults': (control) => control.faults(),
  'POST /faults': (control, { body }) => {
    const { fault, ...scope } = readJson(FAULT_BODY, body);
    return control.setFault(fault, scope);
  },
  'DELETE /faults': (control) => ({ cleared: control.clearFault() }),
  'DELETE /faults/:item': (control, { item }) => ({ cleared: control.clearFault(item) }),
  'GET /profile': (control) => ({ profile: control.profile, own: control.ownProfiles }),
  'PUT /profile': (control, { body }) => {
    const { profile, ...who } = readJson(PROFILE_BODY, body);
    control.setProfile(profile, who);
    return { profile: control.profile, own: control.ownProfiles };
  },
  'GET /limits': (control) => control.limits,
  'PATCH /limits': (control, { body }) => {
    control.setLimits(readJson(LIMITS_BODY, body));
    return control.limits;
  },
  'DELETE /limits': (control) => {
    control.resetLimits();
    return control.limits;
  },
  'GET /bucket': (control, { query }) => bucket(control, readInput(BUCKET_QUERY, Object.fromEntries(query))),
  'PUT /bucket': (control, { body }) => {
    const { whose, own } = readJson(BUCKET_BODY, body);
    control.setOwnLimit(whose, own);
    return bucket(control, whose);
  },
  'DELETE /bucket': (control, { query }) => {
    const whose = readInput(BUCKET_QUERY, Object.fromEntries(query));
    control.refill(whose);
    return bucket(control, whose);
  },
  'POST /spend': (control, { body }) => {
    const spending = readJson(SPEND_BODY, body);
    control.spend(spending);
    return bucket(control, spending);
  },
  'GET /ledger': (control) => control.ledger().map(withReadableTime),
  'DELETE /ledger': (control) => {
    const cleared = control.ledger().length;
    control.clearLedger();
    return { cleared };
  },
};

function overview(control: SimulatorControl): object {
  return {
    profile: control.profile,
    limits: control.limits,
    faults: control.faults(),
    accounts: control.accounts().map(withoutPassword),
    profiles: Object.fromEntries(Object.entries(PROFILES).map(([name, { summary }]) => [name, summary])),
    possibleFaults: FAULTS,
    routes: Object.keys(ROUTES),
  };
}

/** Null stands for unlimited: JSON has no undefined. */
function bucket(control: SimulatorControl, whose: { account: string } | { source: string }): object {
  return control.balance(whose) ?? { limit: null, remaining: null, windowSeconds: null };
}

function withoutPassword({ password: _, ...rest }: Account): Omit<Account, 'password'> {
  return rest;
}

/** People read the ledger here, so its times are ISO 8601. */
function withReadableTime(entry: LedgerEntry): object {
  return { ...entry, at: new Date(entry.at).toISOString() };
}
