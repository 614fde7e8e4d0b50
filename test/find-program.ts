import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The Debian 12 package of a program whose package has another name. */
const PACKAGES: Readonly<Record<string, string>> = {
  amtool: 'prometheus-alertmanager',
  ctr: 'containerd',
  promtool: 'prometheus',
};
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
  const packages = [...new Set(missing.map((program) => PACKAGES[program] ?? program))];
  return `Not installed: ${missing.join(', ')}; install the Debian package ${packages.join(', ')}`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
