import { oneOf } from '../../config/kinds/choice.ts';
import type { SetFault } from '../../simulator/faults/faults.ts';
import { ENDPOINTS, FAULT_NAMES, FAULTS } from '../../simulator/faults/faults.ts';
import { alignColumns } from '../command.ts';
import { optionalFlag, toggle } from '../flag.ts';
import { plainText, wholeNumber } from '../flag-kinds.ts';
import { OWNER_FLAGS } from './bucket-flags.ts';
import type { ControlClient } from './control-client.ts';
import { type CommandResult, controlCommand } from './control-command.ts';

const SCOPE_FLAGS = {
  ...OWNER_FLAGS,
  repository: optionalFlag('NAME', plainText('the name of a repository'), 'Requests for this repository'),
  endpoint: optionalFlag('NAME', oneOf(ENDPOINTS), `Requests of this kind: ${ENDPOINTS.join(', ')}`),
  times: optionalFlag('N', wholeNumber(1, 1_000_000_000), 'Clear the fault after this number of requests'),
};

/** `headroom simulate fault`: sets, shows or clears faults of the simulated hub. */
export const fault = controlCommand({
  usage: ['simulate fault [NAME] [FLAGS]', 'simulate fault [NAME] --clear'],
  about:
    'Sets a fault, shows the faults that are set, or clears them. Without flags, a fault applies to every request\nat its endpoints.',
  flags: { ...SCOPE_FLAGS, clear: toggle('Clear the faults of that name, or all of them') },
  operands: { NAME: { kind: oneOf(FAULT_NAMES) } },
  notes: () => `Examples:
  headroom simulate fault server-error --times 3
  headroom simulate fault --clear

Faults:\n${describeFaults()}`,
  rules({ given, flags, operands, problems }, report) {
    const isSet = operands.NAME !== undefined && !flags.clear;
    if (isSet || problems.length > 0) return;
    const message = flags.clear ? 'Not together with --clear' : 'Only together with the name of a fault';
    for (const name of Object.keys(SCOPE_FLAGS).filter((name) => given.has(name))) {
      report({ place: { kind: 'flag', flag: `--${name}` }, message });
    }
  },
  async act(control, { flags: { clear, account, source, repository, endpoint, times }, operands: { NAME } }) {
    if (clear) return clearFaults(control, NAME);
    if (NAME === undefined) return listFaults(control);
    const scope = { account, source, repository, endpoint, times };
    const answer = await control.request<SetFault>('POST', '/faults', { fault: NAME, ...scope });
    return { answer, text: `Set ${describeFault(answer)}` };
  },
});

/** Describes a fault with its scope. */
export function describeFault({ fault, scope }: SetFault): string {
  const { times, ...where } = scope;
  const parts = Object.entries(where).map(([key, value]) => `${key} ${value}`);
  if (times !== undefined) parts.push(times === 1 ? 'once' : `${times} times`);
  return `${fault} (${parts.join(', ') || 'every request'})`;
}

async function listFaults(control: ControlClient): Promise<CommandResult> {
  const answer = await control.request<SetFault[]>('GET', '/faults');
  return { answer, text: answer.length === 0 ? 'No fault is set' : answer.map(describeFault).join('\n') };
}

async function clearFaults(control: ControlClient, name: string | undefined): Promise<CommandResult> {
  const answer = await control.request<{ cleared: number }>(
    'DELETE',
    name === undefined ? '/faults' : `/faults/${name}`,
  );
  return { answer, text: `Cleared ${answer.cleared} ${answer.cleared === 1 ? 'fault' : 'faults'}` };
}

function describeFaults(): string {
  return alignColumns(FAULT_NAMES.map((name) => [`  ${name}`, FAULTS[name].does]));
}
