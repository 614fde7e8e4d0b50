import { collect, emptyBasket, type ImageBasket } from '../../domain/pull-cost/found-image.ts';
import { exactly } from '../../domain/pull-cost/pull-range.ts';
import type { FileReading, ImageRole, TextRange } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../domain/quote-foreign.ts';
import type { ReadOptions, SourceFile } from '../source-file.ts';
import { createLineIndex } from '../yaml/line-index.ts';
import { readStages, type Stage } from './build-stages.ts';
import { type Instruction, readLayout } from './instructions.ts';

/** Starts of files that are Dockerfiles whatever they are called. */
const BEGINNING = /^\uFEFF?(?:\s*(?:#.*)?\r?\n)*\s*(?:FROM|ARG)[ \t]+\S/i;

/** Whether a text without a telling name is a Dockerfile. */
export function isDockerfile(text: string): boolean {
  return BEGINNING.test(text.slice(0, 20_000));
}

/** The platform of the machine that builds: one, whatever it builds for. */
const BUILD_PLATFORM = 'linux/amd64';

/** Reads a Dockerfile: one build, for which every stage's base is pulled, and whatever is copied from. */
export function readDockerfile({ name: file, text }: SourceFile, options: ReadOptions): FileReading {
  const basket = emptyBasket();
  const { instructions, frontend } = readLayout(text);
  const { stages, unclear } = readStages(instructions, options.variables);
  const lines = createLineIndex(text);
  const needed = neededStages(stages, options.target);
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
  for (const [i, stage] of stages.entries()) {
    const container = quoteForeign(stage.name ?? `stage ${i}`);
    const isOptional = !needed.has(i);
    const add = (image: string, instruction: Instruction, role: ImageRole, written: string) => {
      const where = findRange(text, instruction, written);
      const range = image === written ? where : undefined;
      const place = lines.at(where?.start ?? instruction.start);
      const platforms = platformsOf(stage);
      collect(basket, { ...found, ...place, container, role, text: image, platforms, isOptional, range });
    };
    if (isImage(stage.base, stages, i)) add(stage.base, stage.from, 'stage', stage.written);
    for (const { text: source, instruction } of stage.sources) {
      if (isImage(source, stages, i)) add(source, instruction, 'copy', source);
    }
  }
  reportUnclear(basket, unclear, stages, options, file, lines.at);
  const copies = { pods: exactly(1), spread: { kind: 'free' }, place: 'fresh' } as const;
  const workload = { source: 'dockerfile', kind: 'build', name: file, copies, uses: basket.uses } as const;
  return { workloads: [workload], problems: basket.problems };
}

/** Empty: those that the build is for, which is also what `$TARGETPLATFORM` says. */
function platformsOf({ platform }: Stage): readonly string[] {
  if (platform === undefined) return [];
  if (platform.includes('BUILDPLATFORM')) return [BUILD_PLATFORM];
  return platform.includes('$') ? [] : [platform];
}

/** Neither an earlier stage, nor the number of one, nor nothing. */
function isImage(text: string, stages: readonly Stage[], i: number): boolean {
  return text !== 'scratch' && stageOf(text, stages, i) === undefined && !/^\d+$/.test(text);
}

function stageOf(text: string, stages: readonly Stage[], before: number): number | undefined {
  const found = stages
    .slice(0, before)
    .findLastIndex(({ name }) => name?.toLowerCase() === text.toLowerCase());
  if (found >= 0) return found;
  return /^\d+$/.test(text) && Number(text) < before ? Number(text) : undefined;
}

/** The stages that the last one, or the target, builds on and copies from. */
function neededStages(stages: readonly Stage[], target: string | undefined): ReadonlySet<number> {
  const end = target === undefined ? undefined : stageOf(target, stages, stages.length);
  const needed = new Set([end ?? stages.length - 1]);
  // A set that grows while it is walked through visits what was added.
  for (const i of needed) {
    const stage = stages[i];
    const texts = stage ? [stage.base, ...stage.sources.map(({ text }) => text)] : [];
    for (const text of texts) {
      const other = stageOf(text, stages, i);
      if (other !== undefined) needed.add(other);
    }
  }
  return needed;
}

function findRange(text: string, { start, end }: Instruction, written: string): TextRange | undefined {
  const pattern = new RegExp(`(?<=[\\s=,"'])${escapePattern(written)}(?=[\\s,"']|$)`);
  const found = pattern.exec(text.slice(start, end));
  return found ? { start: start + found.index, end: start + found.index + written.length } : undefined;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function reportUnclear(
  { problems }: ImageBasket,
  unclear: readonly { readonly instruction: Instruction; readonly message: string }[],
  stages: readonly Stage[],
  { target }: ReadOptions,
  file: string,
  placeAt: (offset: number) => { line: number; column: number },
): void {
  for (const { instruction, message } of unclear) {
    problems.push({ file, ...placeAt(instruction.start), message: quoteForeign(message) });
  }
  if (stages.length === 0) problems.push({ file, line: 1, column: 1, message: 'A Dockerfile without FROM' });
  else if (target !== undefined && stageOf(target, stages, stages.length) === undefined) {
    problems.push({ file, line: 1, column: 1, message: quoteForeign(`There is no such stage: ${target}`) });
  }
}
