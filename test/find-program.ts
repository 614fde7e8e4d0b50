import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The Debian 12 package of a program whose package has another name. */
const PACKAGES: Readonly<Record<string, string>> = {
  amtool: 'prometheus-alertmanager',
  ctr: 'containerd',
  etcd: 'etcd-server',
  promtool: 'prometheus',
};
/** Programs that Debian does not have; `.ci/tools.sh` installs them. */
const NOT_IN_DEBIAN: ReadonlySet<string> = new Set([
  'actionlint',
  'hadolint',
  'helm',
  'kubeconform',
  'kubectl',
]);
/** Where services are installed, which an ordinary user's PATH leaves out. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The part of the environment that decides what is found. */
export type ProgramEnvironment = Readonly<Record<string, string | undefined>>;

/** The path of an executable program, searched for on `PATH` and where services are installed. */
export function findProgram(
  program: string,
  environment: ProgramEnvironment = process.env,
): string | undefined {
  const folders = [...(environment.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS].filter(Boolean);
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

/** Says which of the programs are missing and how to get them; undefined when all are there. */
export function missingPrograms(
  programs: readonly string[],
  environment: ProgramEnvironment = process.env,
): string | undefined {
  const missing = programs.filter((program) => findProgram(program, environment) === undefined);
  if (missing.length === 0) return undefined;
  const inDebian = missing.filter((program) => !NOT_IN_DEBIAN.has(program));
  const packages = [...new Set(inDebian.map((program) => PACKAGES[program] ?? program))];
  const sources = [
    ...(packages.length > 0 ? [`install the Debian package ${packages.join(', ')}`] : []),
    ...(inDebian.length < missing.length ? ['.ci/tools.sh installs what Debian does not have'] : []),
  ];
  return `Not installed: ${missing.join(', ')}; ${sources.join('; ')}`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
