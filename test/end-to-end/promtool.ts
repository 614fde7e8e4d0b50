import { spawnSync } from 'node:child_process';

/** What `promtool check metrics` has to say against an exposition in the text format; empty when it is clean. */
export function promtoolComplaints(exposition: string): string {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: exposition });
  return status === 0 ? '' : `exit ${status}: ${stdout}${stderr}`;
}
