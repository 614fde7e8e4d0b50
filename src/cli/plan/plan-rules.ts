import type { Report } from '../../config/problem.ts';
import type { PlanFlags } from './plan-flags.ts';

/** What is looked at of the command line. */
interface PlanLine {
  readonly flags: PlanFlags;
  readonly operands: { readonly FILE: readonly string[] };
  readonly given: ReadonlySet<string>;
  readonly problems: readonly unknown[];
}

/** Flags that say where to ask; more than one would contradict each other. */
const SOURCES = ['offline', 'remaining', 'server', 'config.file', 'docker-config'] as const;

/** Reports what the flags of `headroom plan` have against each other. */
export function checkPlanFlags({ flags, operands, given, problems }: PlanLine, report: Report): void {
  if (operands.FILE.length === 0 && problems.length === 0) {
    report({
      place: { kind: 'flag', flag: 'FILE' },
      message: 'A file is missing',
      allowed: 'files, folders, patterns such as "k8s/**/*.yml", and - for the standard input',
    });
  }
  const [first, second] = SOURCES.filter((name) => given.has(name));
  if (second !== undefined) {
    report({ place: { kind: 'flag', flag: `--${second}` }, message: `Contradicts --${first}` });
  }
  for (const name of ['limit', 'window'] as const) {
    if (given.has(name) && !given.has('remaining')) {
      report({ place: { kind: 'flag', flag: `--${name}` }, message: 'Says nothing without --remaining' });
    }
  }
  if (given.has('rewrite-into') && !given.has('rewrite')) {
    report({ place: { kind: 'flag', flag: '--rewrite-into' }, message: 'Says nothing without --rewrite' });
  }
  if (flags.limit !== undefined && flags.remaining !== undefined && flags.remaining > flags.limit) {
    report({
      place: { kind: 'flag', flag: '--remaining' },
      message: `More than the limit: ${flags.remaining}`,
      allowed: `up to ${flags.limit}`,
    });
  }
}
