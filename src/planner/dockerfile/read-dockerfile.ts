import { collect, emptyCollection } from '../../domain/pull-cost/collect-images.ts';
import { exactly } from '../../domain/pull-cost/pull-range.ts';
import type { FileReading, ImageRole, TextRange } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import type { ReadOptions, SourceFile } from '../source-file.ts';
import { createLineIndex } from '../source-file.ts';
import { readStages, type Stage } from './build-stages.ts';
import { type Instruction, readLayout } from './instructions.ts';

/** The first instruction of a Dockerfile. */
const FIRST_INSTRUCTION = /^\s*(?:FROM|ARG)[ \t]+\S/i;
/** How much of a file is searched for the first instruction, in characters. */
const MAX_HEAD = 20_000;

/** Reports whether the text of a file is a Dockerfile: after comments, it begins with FROM or ARG. */
export function isDockerfile(text: string): boolean {
  const lines = text.slice(text.startsWith('\uFEFF') ? 1 : 0, MAX_HEAD).split('\n');
  const first = lines.find((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  return first !== undefined && FIRST_INSTRUCTION.test(first);
}

/** The platform of the machine that builds, for every target platform. */
const BUILD_PLATFORM = 'linux/amd64';

/** Reads a Dockerfile as one build. It pulls the base of every needed stage, and the images that files are copied from. */
export function readDockerfile({ name: file, text }: SourceFile, options: ReadOptions): FileReading {
  const basket = emptyCollection(options.budget);
  const { instructions, frontend } = readLayout(text);
  const { stages, unclear } = readStages(instructions, options.variables);
  const lines = createLineIndex(text);
  const names = createStageNames(stages);
  const needed = neededStages(stages, names, options.target);
  const found = { file, policy: 'if-not-present' } as const;
  if (frontend) {
    const range = { start: frontend.start, end: frontend.start + frontend.text.length };
    const place = lines.at(frontend.start);
    collect(basket, {
      ...found,
      ...place,
      container: 'syntax',
      role: 'frontend',
      text: frontend.text,
      range,
    });
  }
  const findRange = createRangeFinder(text);
  for (const [i, stage] of stages.entries()) {
    const container = quoteForeign(stage.name ?? `stage ${i}`);
    const isOptional = !needed.has(i);
    const add = (image: string, instruction: Instruction, role: ImageRole, written: string) => {
      const where = findRange(instruction, written);
      if (!names.isImage(image, i)) return;
      const range = image === written ? where : undefined;
      const place = lines.at(where?.start ?? instruction.start);
      const platforms = platformsOf(stage);
      collect(basket, { ...found, ...place, container, role, text: image, platforms, isOptional, range });
    };
    add(stage.base, stage.from, 'stage', stage.written);
    for (const { text: source, instruction } of stage.sources) add(source, instruction, 'copy', source);
  }
  for (const { instruction, message } of unclear) {
    basket.problems.push({ file, ...lines.at(instruction.start), message: quoteForeign(message) });
  }
  if (!instructions.some(({ keyword }) => keyword === 'FROM')) {
    basket.problems.push({ file, line: 1, column: 1, message: 'A Dockerfile without FROM' });
  } else if (
    options.target !== undefined &&
    stages.length > 0 &&
    names.find(options.target, stages.length) === undefined
  ) {
    const message = quoteForeign(`There is no such stage: ${options.target}`);
    basket.problems.push({ file, line: 1, column: 1, message });
  }
  const copies = { pods: exactly(1), spread: { kind: 'free' }, place: 'fresh' } as const;
  const workload = { source: 'dockerfile', kind: 'build', name: file, copies, uses: basket.uses } as const;
  return { workloads: [workload], problems: basket.problems };
}

/** Returns the platforms of a stage. Empty means the target platforms of the build, as `$TARGETPLATFORM` does. */
function platformsOf({ platform }: Stage): readonly string[] {
  if (platform === undefined) return [];
  if (platform.includes('BUILDPLATFORM')) return [BUILD_PLATFORM];
  return platform.includes('$') ? [] : [platform];
}

/** Finds the stages of a build by name. */
interface StageNames {
  /** Returns the stage that a text names among the first `before` ones; of several with one name, the last. */
  find(text: string, before: number): number | undefined;
  /** Reports whether a text in stage `before` names an image: neither an earlier stage, nor a number, nor nothing. */
  isImage(text: string, before: number): boolean;
}

/** Creates the index of stage names once, as thousands of stages may refer to others. */
function createStageNames(stages: readonly Stage[]): StageNames {
  const places = new Map<string, number[]>();
  for (const [i, { name }] of stages.entries()) {
    if (name === undefined) continue;
    const key = name.toLowerCase();
    const known = places.get(key);
    if (known) known.push(i);
    else places.set(key, [i]);
  }

  function find(text: string, before: number): number | undefined {
    const named = lastBelow(places.get(text.toLowerCase()) ?? [], before);
    if (named !== undefined) return named;
    return /^\d{1,6}$/.test(text) && Number(text) < before ? Number(text) : undefined;
  }

  return {
    find,
    isImage: (text, before) => text !== 'scratch' && !/^\d+$/.test(text) && find(text, before) === undefined,
  };
}

/** Returns the last of ascending numbers that is less than `limit`; undefined if there is none. */
function lastBelow(numbers: readonly number[], limit: number): number | undefined {
  let [from, to] = [0, numbers.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((numbers[middle] ?? 0) < limit) from = middle + 1;
    else to = middle;
  }
  return numbers[from - 1];
}

/** Returns the stages that the target or the last stage needs, directly or indirectly. */
function neededStages(
  stages: readonly Stage[],
  names: StageNames,
  target: string | undefined,
): ReadonlySet<number> {
  const end = target === undefined ? undefined : names.find(target, stages.length);
  const needed = new Set([end ?? stages.length - 1]);
  // Iteration over a set also visits items that are added meanwhile.
  for (const i of needed) {
    const stage = stages[i];
    if (!stage) continue;
    for (const text of [stage.base, ...stage.sources.map((source) => source.text)]) {
      const other = names.find(text, i);
      if (other !== undefined) needed.add(other);
    }
  }
  return needed;
}

const BEFORE_REFERENCE = /[\s=,"']/;
const AFTER_REFERENCE = /[\s,"'\\`]/;

/**
 * Creates a function that finds the position of a reference in an instruction. Call it in the order of the references: each
 * search starts at the end of the previous one, so that a line of thousands of mounts is read once.
 */
function createRangeFinder(
  text: string,
): (instruction: Instruction, written: string) => TextRange | undefined {
  let current: Instruction | undefined;
  let body = '';
  let at = 0;
  return (instruction, written) => {
    if (instruction !== current) {
      current = instruction;
      body = text.slice(instruction.start, instruction.end);
      at = 0;
    }
    for (; at < body.length; at++) {
      const found = body.indexOf(written, at);
      if (found < 0) {
        at = body.length;
        return undefined;
      }
      at = found;
      const end = found + written.length;
      const isWhole = end === body.length || AFTER_REFERENCE.test(body[end] ?? '');
      if (!isWhole || !BEFORE_REFERENCE.test(body[found - 1] ?? '')) continue;
      at = end;
      return { start: instruction.start + found, end: instruction.start + end };
    }
    return undefined;
  };
}
