import type { Account } from '../../simulator/accounts.ts';
import type { BucketOwner } from '../../simulator/control.ts';
import type { SetFault } from '../../simulator/faults/faults.ts';
import type { LedgerEntry } from '../../simulator/ledger.ts';
import type { Limits } from '../../simulator/metering/bucket.ts';
import { alignColumns } from '../command.ts';
import { toggle } from '../flag.ts';
import {
  type ControlBalance,
  describeBalance,
  describeLimits,
  ownerName,
  ownerOf,
  ownerQuery,
} from './bucket-flags.ts';
import { controlCommand } from './control-command.ts';
import { describeFault } from './fault.ts';

/** The part of the response to `GET /_simulator/` that is shown. */
interface Overview {
  readonly profile: string;
  readonly limits: Limits;
  readonly faults: readonly SetFault[];
  readonly accounts: readonly Pick<Account, 'name' | 'plan'>[];
}

/** `headroom simulate status`: shows profile, limits, faults and buckets. */
export const status = controlCommand({
  usage: ['simulate status [FLAGS]'],
  about: 'Shows the profile, the limits, the faults, and the buckets of this machine and of every account.',
  flags: {},
  operands: {},
  notes: () => `Examples:
  headroom simulate status`,
  async act(control) {
    const { profile, limits, faults, accounts } = await control.request<Overview>('GET', '/');
    const owners = [ownerOf({ account: undefined, source: undefined }), ...accounts.map(toBucketed)];
    const buckets = await Promise.all(
      owners.map(async (owner) => ({
        ...owner,
        ...(await control.request<ControlBalance>('GET', `/bucket${ownerQuery(owner)}`)),
      })),
    );
    const text = alignColumns([
      ['profile', profile],
      ['limits', describeLimits(limits)],
      ...(faults.length === 0
        ? [['faults', 'none']]
        : faults.map((fault) => ['fault', describeFault(fault)])),
      ...buckets.map((bucket) => ['bucket', `${ownerName(bucket)} ${describeBalance(bucket)}`]),
    ]);
    return { answer: { profile, limits, faults, accounts, buckets }, text };
  },
});

function toBucketed({ name }: Pick<Account, 'name'>): BucketOwner {
  return { account: name };
}

/** An entry of the ledger in responses of the control API: its time is ISO 8601. */
type ControlEntry = Omit<LedgerEntry, 'at'> & { readonly at: string };

/** `headroom simulate ledger`: shows the requests to the simulated hub and their cost. */
export const ledger = controlCommand({
  usage: ['simulate ledger [FLAGS]'],
  about: 'Shows the newest requests, oldest first, with their cost in pulls.',
  flags: { clear: toggle('Remove every entry') },
  operands: {},
  notes: () => `Examples:
  headroom simulate ledger
  headroom simulate ledger --clear`,
  async act(control, { flags }) {
    if (flags.clear) {
      const answer = await control.request<{ cleared: number }>('DELETE', '/ledger');
      return { answer, text: `Cleared ${answer.cleared} ${answer.cleared === 1 ? 'request' : 'requests'}` };
    }
    const answer = await control.request<ControlEntry[]>('GET', '/ledger');
    return { answer, text: describeLedger(answer) };
  },
});

function describeLedger(entries: readonly ControlEntry[]): string {
  if (entries.length === 0) return 'No requests';
  const total = entries.reduce((sum, { pulls }) => sum + pulls, 0);
  const rows = entries.map(({ at, method, status, pulls, source, path, userAgent }) => [
    at,
    source,
    method,
    // No response was sent, because of the fault `hang` or `reset`.
    status === null ? '-' : String(status),
    String(pulls),
    path,
    userAgent,
  ]);
  return `${alignColumns([['AT', 'SOURCE', 'METHOD', 'STATUS', 'PULLS', 'PATH', 'USER AGENT'], ...rows])}
${entries.length} ${entries.length === 1 ? 'request' : 'requests'}, ${total} ${total === 1 ? 'pull' : 'pulls'}`;
}
