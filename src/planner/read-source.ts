import { joinReadings, PlanLimitError, type SourceNode } from '../domain/pull-cost/collect-images.ts';
import { EMPTY_READING, type FileReading, type PlanProblem } from '../domain/pull-cost/workload.ts';
import { isGithub, readGithub } from './ci/read-github.ts';
import { isGitlab, readGitlab } from './ci/read-gitlab.ts';
import { isCompose, readCompose } from './compose/read-compose.ts';
import { isDockerfile, readDockerfile } from './dockerfile/read-dockerfile.ts';
import type { ReadOptions, SourceFile } from './source-file.ts';
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
function readKustomization(document: SourceNode, file: string): FileReading {
  const key = CHANGES.find((name) => document.get(name).kind !== 'nothing') ?? remoteKey(document);
  if (key === undefined) return EMPTY_READING;
  const message = `A kustomization is not applied (${key}); plan the output of "kubectl kustomize"`;
  return { workloads: [], problems: [{ file, ...document.keyPlace(key), message }] };
}

function remoteKey(document: SourceNode): string | undefined {
  const isRemote = document
    .get('resources')
    .items()
    .some(({ text = '' }) => REMOTE.test(text));
  return isRemote ? 'resources' : undefined;
}

/** Reads the documents of one kind of file. */
export interface DocumentReader {
  accepts(document: SourceNode): boolean;
  read(document: SourceNode, file: string, options: ReadOptions): FileReading;
}

/** The reading of a file. `isUnrecognised` means an unknown kind of file without problems. */
type SourceReading = FileReading & { readonly isUnrecognised: boolean };

/** The longest file that is read, in bytes (10 MiB): the parser takes about a second for it. */
export const MAX_FILE_BYTES = 10 * 1_024 * 1_024;

const DOCKERFILE_NAME =
  /(?:^|[/\\])(?:Dockerfile|Containerfile)(?:\.[^/\\]*)?$|\.(?:dockerfile|containerfile)$/i;

/** The readers of documents. The first that accepts a document is used. */
const READERS: readonly DocumentReader[] = [
  { accepts: isKustomization, read: readKustomization },
  { accepts: isCompose, read: readCompose },
  { accepts: isGithub, read: readGithub },
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
    return { ...reading, isUnrecognised: false };
  }
  const binary = problemWithText(source);
  if (binary) return { workloads: [], problems: [binary], isUnrecognised: false };
  const { documents, problems } = readYaml(text, name);
  const readers = [...foreign, ...READERS];
  const readings = documents.map((document) => {
    const reader = readers.find((candidate) => candidate.accepts(document));
    return reader && readWithinLimits(name, document, () => reader.read(document, name, options));
  });
  const known = readings.filter((reading) => reading !== undefined);
  const all = joinReadings([{ workloads: [], problems }, ...known]);
  return { ...all, isUnrecognised: known.length === 0 && problems.length === 0 };
}

/** Reads a document. A document that exceeds the limits of a plan becomes one problem and is left out as a whole. */
function readWithinLimits(
  file: string,
  { line, column }: { readonly line: number; readonly column: number },
  read: () => FileReading,
): FileReading {
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
