import { oneOf } from '../../config/kinds/choice.ts';
import { filePath } from '../../config/kinds/file-path.ts';
import { type Kind, scalarKind } from '../../config/kinds/kind.ts';
import { credentialName } from '../../config/kinds/text.ts';
import { durationMs } from '../../config/kinds/time.ts';
import type { Report } from '../../config/problem.ts';
import { COUNTING_MODELS, RUNTIMES } from '../../domain/pull-cost/counting-model.ts';
import { PLAN_TIMEOUT_MS } from '../../plan-job.ts';
import type { Disruption } from '../../planner/source-file.ts';
import { CREDENTIAL_FLAGS } from '../credentials/choose-config.ts';
import { checkServerFlags, SERVER_FLAGS } from '../credentials/server-flags.ts';
import { type FlagValues, flagWithDefault, optionalFlag, repeatableFlag, toggle } from '../flag.ts';
import { plainText, wholeNumber } from '../flag-kinds.ts';

/** A variable with its value. */
type Setting = readonly [name: string, value: string];

const setting: Kind<Setting> = scalarKind({
  noun: 'a variable with a value',
  allowed: 'NAME=VALUE',
  parse(value) {
    const [, name, text] = /^([A-Za-z_]\w*)=(.*)$/s.exec(String(value)) ?? [];
    return name === undefined || text === undefined ? undefined : [name, text];
  },
  show: ([name, value]) => `${name}=${value}`,
});

const platform: Kind<string> = scalarKind({
  noun: 'a platform',
  allowed: 'an operating system and an architecture such as linux/amd64 or linux/arm/v7',
  parse: (value) =>
    /^[a-z0-9]+\/[a-z0-9]+(?:\/[a-z0-9]+)?$/.test(String(value)) ? String(value) : undefined,
  show: (value) => value,
});

const registry: Kind<string> = scalarKind({
  noun: 'a registry',
  allowed: 'a host, with the path of its Docker Hub mirror: mirror.gcr.io, or harbor.example.com/hub',
  parse: (value) =>
    /^[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/.test(String(value))
      ? String(value)
      : undefined,
  show: (value) => value,
});

const MAX_MACHINES = 100_000;
const MAX_PULLS = 1_000_000_000;
const ONE_SECOND_MS = 1_000;
const ONE_HOUR_MS = 3_600_000;
const ONE_MONTH_MS = 31 * 86_400_000;

/** Every flag of `headroom plan`, in the order of the help text. */
export const PLAN_FLAGS = {
  nodes: optionalFlag('N', wholeNumber(1, MAX_MACHINES), 'Nodes of each cluster (default: not known)'),
  clusters: flagWithDefault('N', wholeNumber(1, MAX_MACHINES), 1, 'Clusters that each start all workloads'),
  runtime: optionalFlag(
    'NAME',
    oneOf(RUNTIMES),
    `What pulls: ${RUNTIMES.join(', ')} (default: containerd for Kubernetes, buildkit for Dockerfiles, else dockerd)`,
  ),
  model: flagWithDefault(
    'NAME',
    oneOf(COUNTING_MODELS),
    'per-get',
    `What counts: ${COUNTING_MODELS.join(', ')}`,
  ),
  platform: repeatableFlag(
    'OS/ARCH',
    platform,
    'Platform of the machines; builds are for all (default linux/amd64)',
  ),
  cached: optionalFlag(
    'FILE',
    filePath,
    'Images that every machine has, as docker, crictl, ctr or kubectl list them',
  ),
  known: optionalFlag('FILE', filePath, 'Facts about images: digest, index or single, platforms, exempt'),
  variable: repeatableFlag('NAME=VALUE', setting, 'Value for a variable, ARG or build argument'),
  profile: repeatableFlag(
    'NAME',
    plainText('the name of a Compose profile'),
    'Compose profile to start; * starts all',
  ),
  target: optionalFlag(
    'STAGE',
    plainText('the name of a stage'),
    'Stage that builds end with (default: the last one)',
  ),
  'ignore-kind': repeatableFlag(
    'KIND',
    plainText('a kind'),
    'Kind of Kubernetes objects that starts no pods',
  ),
  'ignore-action': repeatableFlag(
    'OWNER/NAME',
    plainText('an action'),
    'Action of GitHub that pulls no images; * counts nothing that actions pull',
  ),
  cluster: toggle('Count the running pods of a cluster, as if new nodes replaced all of its nodes'),
  kubeconfig: optionalFlag(
    'FILE',
    filePath,
    'With --cluster: how it is reached (default: KUBECONFIG, ~/.kube/config, the service account)',
  ),
  context: optionalFlag(
    'NAME',
    plainText('a context of the kubeconfig'),
    'With --cluster: the context of the kubeconfig (default: the current one)',
  ),
  'lose-node': optionalFlag(
    'NODE',
    plainText('the name of a node'),
    'Count the running pods of this node, as if a new node replaced it',
  ),
  restart: optionalFlag(
    'NAMESPACE',
    plainText('the name of a namespace'),
    'Count the running pods of this namespace, as if all were restarted',
  ),
  credential: optionalFlag(
    'NAME',
    credentialName,
    'Draw on the bucket of this credential (default: the anonymous one)',
  ),
  'config.file': CREDENTIAL_FLAGS['config.file'],
  'docker-config': CREDENTIAL_FLAGS['docker-config'],
  ...SERVER_FLAGS,
  server: CREDENTIAL_FLAGS.server,
  remaining: optionalFlag('N', wholeNumber(0, MAX_PULLS), 'Send no request: this many pulls are left'),
  limit: optionalFlag(
    'N',
    wholeNumber(1, MAX_PULLS),
    'Pulls in a window, with --remaining (default 100, or what remains if that is more)',
  ),
  window: optionalFlag('DURATION', durationMs(ONE_SECOND_MS, ONE_MONTH_MS), 'The window, with --remaining'),
  offline: toggle('Send no request: only count'),
  timeout: flagWithDefault(
    'DURATION',
    durationMs(ONE_SECOND_MS, ONE_HOUR_MS),
    PLAN_TIMEOUT_MS,
    'Stop reading the files after this time',
  ),
  rewrite: optionalFlag(
    'HOST',
    registry,
    'Write the file with the names of another registry, and nothing else changed',
  ),
  'rewrite-into': optionalFlag('FOLDER', plainText('a folder'), 'Where --rewrite writes several files'),
  output: flagWithDefault('FORM', oneOf(['text', 'json']), 'text', 'text or json'),
};

/** The values of the flags. */
export type PlanFlags = FlagValues<typeof PLAN_FLAGS>;

/** Returns what happens to the running pods that the files list; undefined if they are manifests. */
export function disruptionOf(flags: PlanFlags): Disruption | undefined {
  const { 'lose-node': node, restart: namespace } = flags;
  if (node !== undefined) return { kind: 'lose-node', node };
  if (namespace !== undefined) return { kind: 'restart', namespace };
  return flags.cluster ? { kind: 'replace-all' } : undefined;
}

/** The parts of the command line that are checked. */
interface PlanLine {
  readonly flags: PlanFlags;
  readonly operands: { readonly FILE: readonly string[] };
  readonly given: ReadonlySet<string>;
  readonly problems: readonly unknown[];
}

/** Flags that choose the source of the remaining pulls. They exclude each other. */
const SOURCES = ['offline', 'remaining', 'server', 'config.file', 'docker-config'] as const;

/** Reports flags of `headroom plan` that contradict each other. */
export function checkPlanFlags({ flags, operands, given, problems }: PlanLine, report: Report): void {
  if (flags.cluster && operands.FILE.length > 0) {
    report({ place: { kind: 'flag', flag: 'FILE' }, message: 'Contradicts --cluster' });
  }
  if (!flags.cluster && operands.FILE.length === 0 && problems.length === 0) {
    report({
      place: { kind: 'flag', flag: 'FILE' },
      message: 'A file is missing',
      allowed: 'files, folders, patterns such as "k8s/**/*.yml", - for the standard input, or --cluster',
    });
  }
  const [first, second] = SOURCES.filter((name) => given.has(name));
  if (second !== undefined) {
    report({ place: { kind: 'flag', flag: `--${second}` }, message: `Contradicts --${first}` });
  }
  checkServerFlags(given, report);
  for (const name of ['limit', 'window'] as const) {
    if (given.has(name) && !given.has('remaining')) {
      report({ place: { kind: 'flag', flag: `--${name}` }, message: 'Has no effect without --remaining' });
    }
  }
  for (const name of ['kubeconfig', 'context'] as const) {
    if (given.has(name) && !flags.cluster) {
      report({ place: { kind: 'flag', flag: `--${name}` }, message: 'Has no effect without --cluster' });
    }
  }
  if (given.has('lose-node') && given.has('restart')) {
    report({ place: { kind: 'flag', flag: '--restart' }, message: 'Contradicts --lose-node' });
  }
  if (given.has('rewrite') && flags.cluster) {
    report({ place: { kind: 'flag', flag: '--rewrite' }, message: 'Contradicts --cluster' });
  }
  if (given.has('rewrite-into') && !given.has('rewrite')) {
    report({ place: { kind: 'flag', flag: '--rewrite-into' }, message: 'Has no effect without --rewrite' });
  }
  if (flags.limit !== undefined && flags.remaining !== undefined && flags.remaining > flags.limit) {
    report({
      place: { kind: 'flag', flag: '--remaining' },
      message: `More than the limit: ${flags.remaining}`,
      allowed: `up to ${flags.limit}`,
    });
  }
}
