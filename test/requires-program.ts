import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'vitest';

/** The Debian 12 package of a program whose package has another name. */
const PACKAGES: Readonly<Record<string, string>> = {
  alertmanager: 'prometheus-alertmanager',
  amtool: 'prometheus-alertmanager',
  ctr: 'containerd',
  promtool: 'prometheus',
};
/** Where services are installed, which an ordinary user's PATH leaves out. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The parts of the environment that decide: `PATH`, and `CI`, which is `true` on a build server. */
export type ProgramEnvironment = Readonly<Record<string, string | undefined>>;

/** What becomes of tests that need programs of the system. */
export type ProgramPlan =
  | { readonly kind: 'run' }
  | { readonly kind: 'skip' | 'fail'; readonly reason: string };

/**
 * `describe()` for tests that drive other people's programs. Where one is missing they are skipped with the reason on
 * screen; with `CI=true` they fail, since a build server that skips them silently proves nothing.
 */
export function describeWithProgram(
  programs: string | readonly string[],
  name: string,
  body: () => void,
): void {
  describePlanned(planForPrograms(listOf(programs), process.env), name, body);
}

/** The same for programs that only root can use, such as those that mount. */
export function describeAsRootWithProgram(
  programs: string | readonly string[],
  name: string,
  body: () => void,
): void {
  const plan = planForPrograms(listOf(programs), process.env);
  const isRoot = process.getuid?.() === 0;
  describePlanned(
    plan.kind === 'run' && !isRoot ? refusal('Not run by root', process.env) : plan,
    name,
    body,
  );
}

/** Whether tests that need these programs run, are skipped, or fail. */
export function planForPrograms(programs: readonly string[], environment: ProgramEnvironment): ProgramPlan {
  const missing = programs.filter((program) => findProgram(program, environment) === undefined);
  if (missing.length === 0) return { kind: 'run' };
  const packages = [...new Set(missing.map((program) => PACKAGES[program] ?? program))];
  const reason = `Not installed: ${missing.join(', ')}; install the Debian package ${packages.join(', ')}`;
  return refusal(reason, environment);
}

/** The path of an executable program, searched for on `PATH` and where services are installed. */
export function findProgram(
  program: string,
  environment: ProgramEnvironment = process.env,
): string | undefined {
  const folders = [...(environment.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS].filter(Boolean);
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function describePlanned(plan: ProgramPlan, name: string, body: () => void): void {
  if (plan.kind === 'run') {
    describe(name, body);
    return;
  }
  if (plan.kind === 'fail') {
    test(`${name}: what it needs is there`, () => {
      throw new Error(plan.reason);
    });
    return;
  }
  console.warn(`Skipped: ${name}. ${plan.reason}`);
  describe.skip(`${name} (${plan.reason})`, body);
}

function refusal(reason: string, environment: ProgramEnvironment): ProgramPlan {
  return { kind: environment.CI === 'true' ? 'fail' : 'skip', reason };
}

function listOf(programs: string | readonly string[]): readonly string[] {
  return typeof programs === 'string' ? [programs] : programs;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
