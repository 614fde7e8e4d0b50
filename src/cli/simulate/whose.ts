import type { Report } from '../../config/problem.ts';
import type { Bucketed } from '../../simulator/control.ts';
import { type FlagValues, optionalFlag } from '../flag.ts';
import { plainText } from '../plain-text.ts';
import { clientAddress } from './client-address.ts';

/** Say who is meant: an account or an address. */
export const WHO_FLAGS = {
  account: optionalFlag('NAME', plainText('the name of an account'), 'This account'),
  source: optionalFlag('ADDRESS', clientAddress, 'Clients of this address'),
};

type WhoFlags = FlagValues<typeof WHO_FLAGS>;

/** Whose bucket is meant where nobody is named: what is anonymous on this machine. */
const THIS_MACHINE = '127.0.0.1';

/** Reports an account and an address together. */
export function notBoth({ account, source }: WhoFlags, report: Report): void {
  if (account === undefined || source === undefined) return;
  report({ place: { kind: 'flag', flag: '--source' }, message: 'Either --account or --source, not both' });
}

/** Whose bucket is meant: this machine's unless somebody is named. */
export function bucketed({ account, source = THIS_MACHINE }: WhoFlags): Bucketed {
  return account === undefined ? { source } : { account };
}

/** The same as a query of the control API. */
export function bucketQuery(whose: Bucketed): string {
  return `?${new URLSearchParams({ ...whose })}`;
}

/** Who is meant, in words: a name or an address. */
export function nameOf(whose: Bucketed): string {
  return 'account' in whose ? whose.account : whose.source;
}
