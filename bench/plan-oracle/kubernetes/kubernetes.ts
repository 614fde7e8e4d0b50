import { formatImageReference } from '../../../src/domain/image-reference.ts';
import type { Copies, ImageUse, Workload } from '../../../src/domain/pull-cost/workload.ts';
import type { ReadFiles } from '../../../src/planner/plan-files.ts';
import { type Comparison, compareImages, type Difference, readAlone } from '../comparison.ts';

/** A line of the oracle in this folder, which decodes every document with the types of client-go. */
interface Answer {
  readonly file: string;
  readonly imgs: readonly OracleImage[] | null;
  /** Documents that cannot be decoded. */
  readonly errs?: readonly string[];
  /** Kinds that are not built in, with their number. */
  readonly unknown?: Readonly<Record<string, number>>;
  /** `.spec.image=docker.io/library/nginx:1` of such kinds. */
  readonly crimgs?: Readonly<Record<string, readonly string[]>>;
}

interface OracleImage {
  /** The reference in its full form; `!` and the text if it is invalid. */
  readonly ref: string;
  readonly role: string;
  readonly policy: string;
  /** The replicas; -1: one on each node. */
  readonly pods: number;
  readonly kind: string;
}

const POLICIES = { always: 'Always', 'if-not-present': 'IfNotPresent', never: 'Never' } as const;
/** Kinds of the oracle whose pods both count. Of Jobs the oracle has those that run at once. */
const COUNTED = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet', 'DaemonSet']);

/** Compares images, roles, policies and numbers of pods with those of Kubernetes' own types. */
export const kubernetes: Comparison = {
  nameOf: (answer) => (answer as Answer).file,
  compare(line) {
    const answer = line as Answer;
    const read = readAlone(answer.file);
    const difference = compareFile(answer, read);
    return difference && { ...difference, explanation: explain(answer, read, difference) };
  },
};

/** Returns why a difference is intended; undefined if it is not. */
function explain({ imgs, errs = [] }: Answer, read: ReadFiles, { lines }: Difference): string | undefined {
  const isRejected = errs.length > 0;
  if (isRejected && (imgs ?? []).length === 0) {
    return 'Kubernetes rejects the document for a field that has nothing to do with images';
  }
  const messages = read.problems.map(({ message }) => message);
  if (messages.length > 0 && messages.every((message) => /without a pod|^An empty file/.test(message))) {
    return 'an object without a pod template, as in a patch, which the API server rejects';
  }
  if (lines.length === 2 && lines.every((line) => / (?:Deployment|StatefulSet) \d+$/.test(line))) {
    return 'an autoscaler of the file sets the number of pods';
  }
  return undefined;
}

function compareFile(answer: Answer, read: ReadFiles): Difference | undefined {
  const { imgs, errs = [], unknown = {}, crimgs = {} } = answer;
  const expected = (imgs ?? []).filter(({ ref }) => !ref.startsWith('!')).map(expectedText);
  const own = read.workloads.flatMap((workload) => workload.uses.map((use) => actualText(workload, use)));
  const difference = compareImages(
    read,
    own,
    expected,
    [...own].filter(() => Object.keys(unknown).length > 0),
  );
  if (difference) return difference;
  const hasProblem = read.problems.length > 0;
  const mustHave = errs.length > 0 || (imgs ?? []).some(({ ref }) => ref.startsWith('!'));
  if (mustHave && !hasProblem) {
    return { isSilent: false, lines: [`accepted, but Kubernetes rejects it: ${errs[0] ?? 'an image'}`] };
  }
  const hasImages = Object.keys(crimgs).length > 0;
  if (hasImages && !hasProblem && own.length === expected.length) {
    return { isSilent: true, lines: [`not reported: ${JSON.stringify(crimgs).slice(0, 300)}`] };
  }
  const isAlone = Object.keys(unknown).length === 0;
  if (hasProblem && !mustHave && isAlone) {
    return {
      isSilent: false,
      lines: read.problems.slice(0, 5).map(({ line, message }) => `left out: ${line}: ${message}`),
    };
  }
  return undefined;
}

function expectedText({ ref, role, policy, pods, kind }: OracleImage): string {
  const name = kind === 'RC' ? 'ReplicationController' : kind;
  return [ref, role, policy, ...(COUNTED.has(name) ? [name, pods] : [])].join(' ');
}

function actualText({ kind, copies }: Workload, { reference, role, policy }: ImageUse): string {
  const isCounted = COUNTED.has(kind);
  return [
    formatImageReference(reference),
    role,
    POLICIES[policy],
    ...(isCounted ? [kind, podsOf(copies)] : []),
  ].join(' ');
}

function podsOf({ pods }: Copies): number {
  return 'everyNode' in pods ? -1 : pods.high;
}
