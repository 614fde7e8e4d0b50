import { describe, test } from 'vitest';
import { findProgram, missingPrograms, type ProgramEnvironment } from './find-program.ts';

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

/**
 * The same for programs that a build server may be unable to install. If one is missing, its tests are skipped with
 * `CI=true` too; `.ci/run` lists them.
 */
export function describeWithRareProgram(
  programs: string | readonly string[],
  name: string,
  body: () => void,
): void {
  const missing = listOf(programs).filter((program) => findProgram(program) === undefined);
  const reason = `Not installed: ${missing.join(', ')}`;
  describePlanned(missing.length === 0 ? { kind: 'run' } : { kind: 'skip', reason }, name, body);
}

/** Whether tests that need these programs run, are skipped, or fail; with `CI=true` they fail. */
export function planForPrograms(programs: readonly string[], environment: ProgramEnvironment): ProgramPlan {
  const reason = missingPrograms(programs, environment);
  return reason === undefined ? { kind: 'run' } : refusal(reason, environment);
}

/** The same for rare programs that only root can use. */
export function describeAsRootWithRareProgram(
  programs: string | readonly string[],
  name: string,
  body: () => void,
): void {
  if (process.getuid?.() === 0) describeWithRareProgram(programs, name, body);
  else describePlanned({ kind: 'skip', reason: 'Not run by root' }, name, body);
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
