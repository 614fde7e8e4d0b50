import type { LedgerEntry } from '../../simulator/ledger.ts';
import { alignColumns } from '../columns.ts';
import { toggle } from '../flag.ts';
import { controlCommand } from './control-command.ts';

/** One request, as control answers it: the moment is ISO 8601. */
type ControlEntry = Omit<LedgerEntry, 'at'> & { readonly at: string };

/** `headroom simulate ledger`: what the simulated hub was asked, and what it cost. */
export const ledger = controlCommand({
  usage: ['simulate ledger [FLAGS]'],
  about: 'Shows the newest requests, oldest first, with the pulls that each cost.',
  flags: { clear: toggle('Empty it') },
  operands: {},
  notes: () => `Examples:
  headroom simulate ledger
  headroom simulate ledger --clear`,
  async act(control, { flags }) {
    if (flags.clear) {
      const answer = await control.ask<{ cleared: number }>('DELETE', '/ledger');
      return { answer, text: `Cleared ${answer.cleared} ${answer.cleared === 1 ? 'request' : 'requests'}` };
    }
    const answer = await control.ask<ControlEntry[]>('GET', '/ledger');
    return { answer, text: describeLedger(answer) };
  },
});

function describeLedger(entries: readonly ControlEntry[]): string {
  if (entries.length === 0) return 'Nothing was asked';
  const total = entries.reduce((sum, { pulls }) => sum + pulls, 0);
  const rows = entries.map(({ at, method, status, pulls, source, path, userAgent }) => [
    at,
    source,
    method,
    // No answer was sent: the fault was to hang, or to reset the connection.
    status === null ? '-' : String(status),
    String(pulls),
    path,
    userAgent,
  ]);
  return `${alignColumns([['AT', 'SOURCE', 'METHOD', 'STATUS', 'PULLS', 'PATH', 'USER AGENT'], ...rows])}
${entries.length} ${entries.length === 1 ? 'request' : 'requests'}, ${total} ${total === 1 ? 'pull' : 'pulls'}`;
}
