import {
  type DocumentReading,
  PlanLimitError,
  passiveReading,
  type SourceNode,
} from '../domain/pull-cost/collect-images.ts';
import type { FileReading, PlanProblem, Workload } from '../domain/pull-cost/workload.ts';
import { isBakeJson, readBake } from './bake/read-bake.ts';
import { isGithub, readGithub } from './ci/github/read-workflow.ts';
import { isGitlab, readGitlab } from './ci/gitlab/read-pipeline.ts';
import { isBitbucket, readBitbucket } from './ci/read-bitbucket.ts';
import { isCircleci, readCircleci } from './ci/read-circleci.ts';
import { isWoodpecker, readWoodpecker } from './ci/read-woodpecker.ts';
import { isCompose, readCompose } from './compose/read-compose.ts';
import { isDockerfile, readDockerfile } from './dockerfile/read-dockerfile.ts';
import { isEnvFile, type ReadOptions, type SourceFile } from './source-file.ts';
import { namesImage, unreadImages } from './unread-images.ts';
import { readYaml } from './yaml/read-yaml.ts';

/** Keys that change images or numbers of pods, or add other resources. */
const CHANGES = [
  ...['images', 'replicas', 'patches', 'patchesStrategicMerge', 'patchesJson6902', 'components'],
  ...['helmCharts', 'helmChartInflationGenerator', 'transformers', 'generators', 'bases'],
] as const;
const REMOTE = /^(?:https?:|git@|ssh:|github\.com\/)|\?ref=/;

/** Reports whether a document is a kustomization, with or without `kind`. */
function isKustomization(document: SourceNode): boolean {
  if (document.get('apiVersion').text?.startsWith('kustomize.config.k8s.io/')) return true;
  return document.get('kind').kind === 'nothing' && document.get('resources').kind === 'list';
}

/** Reports the changes of a kustomization as problems: they are not applied. */
function readKustomization(document: SourceNode, file: string): DocumentReading {
  const key = CHANGES.find((name) => document.get(name).kind !== 'nothing') ?? remoteKey(document);
  if (key === undefined) return passiveReading(document);
  const message = `A kustomization is not applied (${key}); plan the output of "kubectl kustomize"`;
  return { ...passiveReading(document), problems: [{ file, ...document.keyPlace(key), message }] };
}

function remoteKey(document: SourceNode): string | undefined {
  const isRemote = document
    .get('resources')
    .items()
    .some(({ text = '' }) => REMOTE.test(text));
  return isRemote ? 'resources' : undefined;
}

/**
 * Reads the documents of one kind of file. A plan "fits" only if its readers understood everything. `readSource()` therefore
 * reports what a reader omits: documents that no reader accepts, and images that the reader neither counted, nor reported as
 * a problem, nor declared passive.
 */
export interface DocumentReader {
  /** Reports whether a document is of this kind. Accept only documents that are read, or reported as a problem. */
  accepts(document: SourceNode, file: string): boolean;
  /**
   * Reads a document. Never counts an image from a value of the wrong shape: it is a problem.
   * @throws PlanLimitError if the document exceeds a limit; it is then reported and left out as a whole
   */
  read(document: SourceNode, file: string, options: ReadOptions): DocumentReading;
}

function readBakeJson(document: SourceNode, file: string, options: ReadOptions): DocumentReading {
  const source = options.findFile(file);
  return { ...passiveReading(document), ...(source && readBake(source, options)) };
}

/** The reading of a file. */
export interface SourceReading extends FileReading {
  /** Whether it is a file of a folder that has nothing to do with images. */
  readonly isUnrecognised: boolean;
  /** The readings of documents that are not counted if another file uses this one. */
  readonly parts: readonly FileReading[];
  /** The names of the files that were read because this one uses them. */
  readonly follows: readonly string[];
}

const ALONE = { isUnrecognised: false, parts: [], follows: [] };

const DOCKERFILE_NAME =
  /(?:^|[/\\])(?:Dockerfile|Containerfile)(?:\.[^/\\]*)?$|\.(?:dockerfile|containerfile)$/i;

/** The readers of documents. The first that accepts a document is used. */
const READERS: readonly DocumentReader[] = [
  { accepts: isBakeJson, read: readBakeJson },
  { accepts: isKustomization, read: readKustomization },
  { accepts: isGithub, read: readGithub },
  { accepts: isCircleci, read: readCircleci },
  { accepts: isBitbucket, read: readBitbucket },
  // Pipelines of Woodpecker may have `services`, as Compose files do.
  { accepts: isWoodpecker, read: readWoodpecker },
  { accepts: isCompose, read: readCompose },
  { accepts: isGitlab, read: readGitlab },
];

/**
 * Reads a file of any supported kind. A Dockerfile is recognised by its name or its first instruction, every other kind by
 * its content.
 * @param foreign readers that are tried first
 */
export function readSource(
  source: SourceFile,
  options: ReadOptions,
  foreign: readonly DocumentReader[],
): SourceReading {
  const { name, text } = source;
  if (DOCKERFILE_NAME.test(name) || isDockerfile(text)) {
    const start = { line: 1, column: 1 };
    const reading = readWithinLimits(name, start, () => readDockerfile(source, options));
    return { workloads: [], problems: [], ...ALONE, parts: [reading] };
  }
  if (/\.hcl$/i.test(name)) return { ...ALONE, ...readBake(source, options) };
  if (isEnvFile(name)) return { workloads: [], problems: [], ...ALONE };
  const binary = problemWithText(source);
  if (binary) return { workloads: [], problems: [binary], ...ALONE };
  const readers = [...foreign, ...READERS];
  const workloads: Workload[] = [];
  const problems: PlanProblem[] = [];
  const parts: FileReading[] = [];
  const follows: string[] = [];
  let [accepted, ignored] = [0, 0];
  for (const document of readYaml(text, name)) {
    if ('message' in document) {
      problems.push(document);
      continue;
    }
    const reader = readers.find((candidate) => candidate.accepts(document, name));
    if (reader) {
      const reading = readWithinLimits(name, document, () => readWhole(reader, document, name, options));
      follows.push(...(reading.follows ?? []));
      if (reading.isPart) parts.push(reading);
      else {
        for (const workload of reading.workloads) workloads.push(workload);
        for (const problem of reading.problems) problems.push(problem);
      }
      accepted++;
    } else if (source.isFromFolder && !namesImage(document)) ignored++;
    else problems.push(unknownDocument(document, name));
  }
  const reading = { workloads, problems, parts, follows, isUnrecognised: false };
  if (accepted > 0 || problems.length > 0) return reading;
  if (ignored > 0 || source.isFromFolder) return { ...reading, isUnrecognised: true };
  const message = 'An empty file';
  return { ...reading, problems: [{ file: name, line: 1, column: 1, message }] };
}

/** Reads a document, and adds the images that the reader omitted as problems. */
function readWhole(
  reader: DocumentReader,
  document: SourceNode,
  file: string,
  options: ReadOptions,
): DocumentReading {
  const reading = reader.read(document, file, options);
  return { ...reading, problems: [...reading.problems, ...unreadImages(document, reading, file)] };
}

function unknownDocument({ line, column }: SourceNode, file: string): PlanProblem {
  const message =
    'Not understood: neither a Kubernetes object, nor a Compose file, nor a workflow, nor a pipeline';
  return { file, line, column, message };
}

/** Reads a document. A document that exceeds the limits of a plan becomes one problem and is left out as a whole. */
function readWithinLimits<R extends FileReading>(
  file: string,
  { line, column }: { readonly line: number; readonly column: number },
  read: () => R,
): R | (FileReading & { readonly follows?: undefined; readonly isPart?: undefined }) {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PlanLimitError)) throw error;
    return { workloads: [], problems: [{ file, line, column, message: error.message }] };
  }
}

function problemWithText({ name: file, text }: SourceFile): PlanProblem | undefined {
  const nul = text.indexOf('\0');
  return nul < 0 ? undefined : { file, line: 1, column: 1, message: 'Not text' };
}
