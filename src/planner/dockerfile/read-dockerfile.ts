import { collect, emptyCollection } from '../../domain/pull-cost/collect-images.ts';
import { exactly } from '../../domain/pull-cost/pull-range.ts';
import type { FileReading, ImageUse } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import type { ReadOptions, SourceFile } from '../source-file.ts';
import { createLineIndex } from '../source-file.ts';
import { type BuildImage, type BuildInput, imagesOfBuild } from './build-images.ts';
import { type DockerfileLayout, type Instruction, readLayout } from './instructions.ts';
import { createRangeFinder } from './reference-range.ts';

/** The first instruction of a Dockerfile. */
const FIRST_INSTRUCTION = /^\s*(?:FROM|ARG)[ \t]+\S/i;
/** How much of a file is searched for the first instruction, in characters. */
const MAX_HEAD = 20_000;
/** Frontends that read the language of Dockerfiles: `docker/dockerfile` and copies of it. */
const DOCKERFILE_FRONTEND = /(?:^|\/)dockerfile(?:-upstream|-copy)?(?:[:@]|$)/;

/** Reports whether the text of a file is a Dockerfile: after comments, it begins with FROM or ARG. */
export function isDockerfile(text: string): boolean {
  const lines = text.slice(text.startsWith('\uFEFF') ? 1 : 0, MAX_HEAD).split('\n');
  const first = lines.find((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  return first !== undefined && FIRST_INSTRUCTION.test(first);
}

/** How a Dockerfile is built. */
export interface Build extends BuildInput {
  /** The name of the build, such as that of the Compose service. */
  readonly name: string;
  /** `fresh`: on a machine that may have no images. `host`: on the machine of the other services. */
  readonly place: 'fresh' | 'host';
}

/** Reads a Dockerfile as one build. It pulls the base of every needed stage, and the images that files are copied from. */
export function readDockerfile(
  { name: file, text }: SourceFile,
  options: ReadOptions,
  build: Build = buildAlone(file, options),
): FileReading {
  const basket = emptyCollection(options.budget);
  const layout = readLayout(text);
  const lines = createLineIndex(text);
  const found = { file, policy: 'if-not-present' } as const;
  const report = (start: number, message: string) =>
    basket.problems.push({ file, ...lines.at(start), message: quoteForeign(message) });
  const frontend = frontendOf(layout, build);
  if (frontend) {
    const { text: image, range } = frontend;
    const place = lines.at(range?.start ?? 0);
    collect(basket, { ...found, ...place, container: 'syntax', role: 'frontend', text: image, range });
  }
  const copies = { pods: exactly(1), spread: { kind: 'free' }, place: build.place } as const;
  const workload = {
    source: 'dockerfile',
    kind: 'build',
    name: build.name,
    copies,
    uses: basket.uses,
  } as const;
  const reading = { workloads: [workload], problems: basket.problems };
  if (frontend && !DOCKERFILE_FRONTEND.test(frontend.text)) {
    report(frontend.range?.start ?? 0, `The language of this frontend is not read: ${frontend.text}`);
    return reading;
  }
  const { images, unclear } = imagesOfBuild(layout, build);
  const findRange = createRangeFinder(text);
  for (const image of images) addImage(image);
  for (const { instruction, message } of unclear) report(placeOf(text, instruction), message);
  if (layout.problem) report(layout.problem.start, layout.problem.message);
  shareNeed(basket.uses);
  return reading;

  function addImage({
    text: image,
    written,
    instruction,
    role,
    stage,
    platforms,
    isOptional,
  }: BuildImage): void {
    const where = findRange(instruction, written);
    const range = image === written ? where : undefined;
    const place = lines.at(where?.start ?? instruction.start);
    const container = quoteForeign(stage);
    collect(basket, { ...found, ...place, container, role, text: image, platforms, isOptional, range });
  }
}

/** The build of a Dockerfile that no other file of the plan builds. */
function buildAlone(file: string, { variables, target, platforms }: ReadOptions): Build {
  return { name: file, place: 'fresh', args: variables, target, platforms, contexts: new Map() };
}

/** Returns the position of the arguments of an instruction; 0 without an instruction. */
function placeOf(text: string, instruction: Instruction | undefined): number {
  if (!instruction) return 0;
  const { start, end, keyword, rest } = instruction;
  const [word = ''] = rest.split(/\s/, 1);
  const at =
    keyword === 'FROM' && word !== '' ? text.slice(0, end).indexOf(word, start + keyword.length) : -1;
  return at < 0 ? start : at;
}

function frontendOf({ frontend }: DockerfileLayout, { args }: Build) {
  const given = args.get('BUILDKIT_SYNTAX');
  if (given !== undefined) return { text: given, range: undefined };
  if (!frontend) return undefined;
  const { text, start } = frontend;
  return { text, range: { start, end: start + text.length } };
}

/** Declares the first place of an image needed if a later one is: pulls are counted at the first place. */
function shareNeed(uses: ImageUse[]): void {
  const key = ({ reference, platforms }: ImageUse) => JSON.stringify([reference, platforms]);
  const needed = new Set(uses.filter(({ isOptional }) => !isOptional).map(key));
  for (const [i, use] of uses.entries()) {
    const isFirst = needed.delete(key(use));
    if (use.isOptional && isFirst) uses[i] = { ...use, isOptional: false };
  }
}
