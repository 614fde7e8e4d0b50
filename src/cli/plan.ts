import { ConfigError } from '../config/problem.ts';
import type { KnownImages } from '../domain/pull-cost/known-image.ts';
import { makePlan, outcomeOf, type Plan } from '../domain/pull-cost/plan.ts';
import { reportPlan } from '../domain/pull-cost/plan-report.ts';
import type { PlanProblem } from '../domain/pull-cost/workload.ts';
import { FILE_LIMITS, FileTooLargeError, readBoundedFile } from '../kit/bounded-file.ts';
import type { PlanJobResults } from '../plan-job.ts';
import { runPlanJob, stoppedWords } from '../plan-job.ts';
import { readCached, readKnownImages } from '../planner/image-facts.ts';
import type { ReadFiles } from '../planner/plan-files.ts';
import type { SourceFile } from '../planner/source-file.ts';
import { type CommandContext, choosePaint, EXIT, rejectUsage } from './command.ts';
import { defineCommand } from './define-command.ts';
import { plainText } from './flag-kinds.ts';
import { describePlan } from './plan/describe-plan.ts';
import { findBuckets } from './plan/find-buckets.ts';
import { type GatheredFiles, gatherFiles } from './plan/gather-files.ts';
import { checkPlanFlags, disruptionOf, PLAN_FLAGS, type PlanFlags } from './plan/plan-flags.ts';
import { readClusterPods, withoutLines } from './plan/read-cluster.ts';
import { keptWords, type RewrittenFile, writeFiles } from './plan/rewrite-files.ts';

/** The exit code of an incomplete plan: something was left out, or the remaining pulls are not known. */
const INCOMPLETE = 3;
/** The largest heap for reading files, in MiB. It is enough for a file of 10 MiB. */
const HEAP_MIB = 1_024;

const NOTES = `Exit codes: 0 it fits, 1 it does not, 2 the command line or the configuration is wrong,
3 something was left out, the files were too large, or what is left is unknown, 4 Headroom itself failed.

Examples:
  headroom plan deploy/ --nodes 6 --clusters 6
  helm template shop ./chart | headroom plan - --nodes 12
  headroom plan compose.yml Dockerfile --offline
  headroom plan job.yml --remaining 84 --limit 100 --window 1h
  headroom plan job.yml --rewrite mirror.gcr.io > mirrored.yml
  headroom plan --cluster --lose-node worker-3`;

/** `headroom plan`: compares the pulls that a rollout costs with those that are left. */
export const plan = defineCommand({
  usage: ['plan FILE... [FLAGS]', 'plan --cluster [FLAGS]'],
  about: `Counts the pulls that starting the workloads in files costs, and compares them with those that are left.
FILE is a Kubernetes manifest, the output of Helm or Kustomize, a Compose file, a Dockerfile, a workflow of GitHub
Actions, a pipeline of GitLab CI, a folder of them, a pattern, or - for the standard input.`,
  flags: PLAN_FLAGS,
  operands: { FILE: { kind: plainText('the path of a file or folder'), isRepeated: true } },
  notes: () => NOTES,
  rules: checkPlanFlags,
  async run({ flags, operands }, context) {
    const gathered = await gather(flags, operands.FILE, context);
    if ('message' in gathered) {
      context.stderr.write(`${gathered.message}\n`);
      return gathered.exitCode;
    }
    if (gathered.missing.length > 0) return rejectUsage(gathered.missing, context);
    const facts = await readFacts(flags);
    if ('file' in facts) return refuseFile(facts, context);
    const done = await readIsolated(gathered, flags, context);
    if (typeof done === 'string') {
      context.stderr.write(`${done}\n`);
      return INCOMPLETE;
    }
    const { rewritten } = done;
    const problems = [...facts.problems, ...gathered.problems, ...done.read.problems];
    const read = flags.cluster ? withoutLines({ ...done.read, problems }) : { ...done.read, problems };
    if (rewritten && needsFolder(rewritten, flags)) return refuseManyFiles(rewritten, context);
    try {
      const found = await findBuckets(flags, context);
      if ('problem' in found) return rejectUsage([found.problem], context);
      const { buckets } = found;
      const options = { ...facts, ...costOptions(flags, read) };
      const made = makePlan(read, options, buckets, context.clock.now());
      await print({ made, read, rewritten: rewritten ?? [], flags, names: operands.FILE }, context);
      return exitCode(made);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      context.stderr.write(`${error.message}\n`);
      return EXIT.badUsage;
    }
  },
});

/** Reads the files, or the pods of a cluster. Returns a message and the exit code if the cluster cannot be read. */
async function gather(flags: PlanFlags, names: readonly string[], context: CommandContext) {
  const disruption = disruptionOf(flags);
  if (!flags.cluster || !disruption) return gatherFiles(names, context.readStdin);
  const { kubeconfig: kubeconfigFile, context: name } = flags;
  const pods = await readClusterPods({ kubeconfigFile, context: name }, disruption, context);
  return 'files' in pods ? { ...pods, problems: [], missing: [] } : pods;
}

function platformsOf({ platform }: PlanFlags): readonly string[] {
  return platform.length === 0 ? ['linux/amd64'] : platform;
}

function costOptions(flags: PlanFlags, { cluster }: ReadFiles) {
  const { model, runtime, nodes, clusters } = flags;
  const platforms = platformsOf(flags);
  return { model, runtime, nodes: nodes ?? cluster?.nodes, clusters, platforms, holders: cluster?.holders };
}

/** Reads the files in a separate process. Returns the reason as text if that process was stopped. */
async function readIsolated(
  { files }: GatheredFiles,
  flags: PlanFlags,
  { stopSignal: signal }: CommandContext,
): Promise<string | PlanJobResults['read']> {
  const job = {
    kind: 'read',
    files,
    options: {
      variables: new Map(flags.variable),
      profiles: new Set(flags.profile),
      target: flags.target,
      platforms: platformsOf(flags),
      ignoredKinds: new Set(flags['ignore-kind']),
      ignoredActions: new Set(flags['ignore-action'].map((name) => name.toLowerCase())),
      disruption: disruptionOf(flags),
    },
    rewriteTo: flags.rewrite,
  } as const;
  const limits = { heapMiB: HEAP_MIB, timeoutMs: flags.timeout, signal };
  const outcome = await runPlanJob(job, limits);
  if (outcome.kind === 'finished') return outcome.result;
  if (outcome.kind === 'aborted') return 'Stopped before the files were read';
  const more = outcome.kind === 'timed-out' ? ', or give it more time with --timeout' : '';
  return `${stoppedWords(
    outcome,
    limits,
    files.map(({ name }) => name),
  )}${more}`;
}

interface Facts {
  readonly known: KnownImages;
  readonly cached: ReadonlySet<string>;
  readonly problems: readonly PlanProblem[];
}

/** Reads the files of `--cached` and `--known`. Returns a problem if one cannot be read. */
async function readFacts({ cached, known }: PlanFlags): Promise<Facts | PlanProblem> {
  const files: SourceFile[] = [];
  for (const name of [known, cached]) {
    try {
      files.push({
        name: name ?? '',
        text: name === undefined ? '' : await readBoundedFile(name, FILE_LIMITS.images),
      });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      const reason = error instanceof FileTooLargeError ? error.message : code;
      return { file: name ?? '', line: 1, column: 1, message: `Cannot be read: ${reason}` };
    }
  }
  const [knownFile, cachedFile] = files as [SourceFile, SourceFile];
  const ofKnown = readKnownImages(knownFile);
  const ofCached = readCached(cachedFile);
  return {
    known: ofKnown.known,
    cached: ofCached.cached,
    problems: [...ofKnown.problems, ...ofCached.problems],
  };
}

function refuseFile({ file, message }: PlanProblem, { stderr }: CommandContext): number {
  stderr.write(`${message}: ${file}\n`);
  return EXIT.badUsage;
}

function needsFolder(files: readonly RewrittenFile[], flags: PlanFlags): boolean {
  return files.length > 1 && flags['rewrite-into'] === undefined && flags.output === 'text';
}

function refuseManyFiles(files: readonly RewrittenFile[], context: CommandContext): number {
  const problem = {
    place: { kind: 'flag', flag: '--rewrite' },
    message: `Several files cannot go to the standard output: ${files.length}`,
    allowed: 'one file, or a folder for them with --rewrite-into',
  } as const;
  return rejectUsage([problem], context);
}

interface Printed {
  readonly made: Plan;
  readonly read: ReadFiles;
  readonly rewritten: readonly RewrittenFile[];
  readonly flags: PlanFlags;
  readonly names: readonly string[];
}

async function print(
  { made, read, rewritten, flags, names }: Printed,
  context: CommandContext,
): Promise<void> {
  const { stdout, stderr, clock, env } = context;
  const { unrecognised } = read;
  const folder = flags['rewrite-into'];
  const files = flags.cluster ? undefined : names.map(quoteForShell).join(' ');
  if (folder !== undefined) await writeFiles(folder, rewritten);
  if (flags.output === 'json') {
    const report = reportPlan(made, { files, unrecognised }, clock.now());
    const texts = rewritten.map(({ file, text, replaced }) => ({ file, replaced, text }));
    const whole = flags.rewrite && folder === undefined ? { ...report, rewritten: texts } : report;
    stdout.write(`${JSON.stringify(whole, undefined, 2)}\n`);
    return;
  }
  // The rewritten file is on stdout, so that the plan goes to stderr.
  const isRewritingToStdout = rewritten.length > 0 && folder === undefined;
  const sink = isRewritingToStdout ? stderr : stdout;
  if (isRewritingToStdout) stdout.write(rewritten.map(({ text }) => text).join(''));
  const description = { plan: made, unrecognised, files, paint: choosePaint(sink, env) };
  sink.write(`${describePlan(description, clock.now())}\n`);
  for (const line of keptWords(rewritten)) stderr.write(`${line}\n`);
}

/** Quotes a name for a shell. */
function quoteForShell(name: string): string {
  return /^[\w./@:+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

/** Returns the exit code. A plan that does not fit stays so, even if parts were left out. */
function exitCode(made: Plan): number {
  switch (outcomeOf(made)) {
    case 'fits':
    case 'unmetered':
    case 'counted':
      return EXIT.ok;
    case 'fits-later':
    case 'does-not-fit':
      return EXIT.failed;
    case 'unknown':
    case 'incomplete':
      return INCOMPLETE;
  }
}
