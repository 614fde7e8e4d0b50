import type { ImageRole } from '../../domain/pull-cost/workload.ts';
import { type BuildStages, readStages, type Stage, type StageSource } from './build-stages.ts';
import type { DockerfileLayout, Instruction } from './instructions.ts';
import { createStageNames, type StageNames } from './stage-names.ts';

/** The values that the images of a build depend on. */
export interface BuildInput {
  /** Values for `ARG`s, which override their defaults. */
  readonly args: ReadonlyMap<string, string>;
  /** The target stage. Undefined: the last one. */
  readonly target: string | undefined;
  /** The platforms of the image, at least one. */
  readonly platforms: readonly string[];
  /** What replaces stages and images, by name: `docker-image://` with a reference, or anything else, which is no image. */
  readonly contexts: ReadonlyMap<string, string>;
}

/** An image that a build pulls. */
export interface BuildImage {
  readonly text: string;
  /** As it is written in the file. */
  readonly written: string;
  readonly instruction: Instruction;
  readonly role: ImageRole;
  /** The name of the stage, or its number. */
  readonly stage: string;
  /** Empty: the platforms of the build. */
  readonly platforms: readonly string[];
  /** Whether the target does not need it. */
  readonly isOptional: boolean;
}

/** The images of a build, and what could not be read. */
export interface BuildImages {
  readonly images: readonly BuildImage[];
  readonly unclear: readonly { readonly instruction: Instruction | undefined; readonly message: string }[];
}

/** Returns the images of a build. Stages that differ by platform are read for each of them. */
export function imagesOfBuild(layout: DockerfileLayout, build: BuildInput): BuildImages {
  const unclear = new Map<string, BuildImages['unclear'][number]>();
  const merged = new Map<string, PlatformImage>();
  for (const platform of build.platforms) {
    const { args, target } = build;
    const read = readStages(layout, { args, target, platform });
    const { images, problems } = imagesOfPlatform(read, build);
    const found = read.stages.length === 0 ? problems : [...read.unclear, ...problems];
    for (const one of found) {
      unclear.set(`${one.instruction?.start ?? ''} ${one.message}`, one);
    }
    for (const image of images) {
      const key = `${image.instruction.start} ${image.place} ${image.text}`;
      const entry = merged.get(key) ?? { image, needed: new Set(), all: new Set() };
      merged.set(key, entry);
      const pulled = image.fixedPlatform ?? platform;
      entry.all.add(pulled);
      if (image.isNeeded) entry.needed.add(pulled);
    }
  }
  const images = [...merged.values()].map((one) => withPlatforms(one, build));
  return { images, unclear: [...unclear.values()] };
}

/** An image of a build for one platform. */
interface FoundBuildImage extends Omit<BuildImage, 'platforms' | 'isOptional'> {
  readonly isNeeded: boolean;
  readonly fixedPlatform: string | undefined;
  /** Its number among the sources of its stage; -1 for the base. */
  readonly place: number;
}

/** An image with the platforms that it is pulled for if every stage is built, and if only the target is. */
interface PlatformImage {
  readonly image: FoundBuildImage;
  readonly needed: Set<string>;
  readonly all: Set<string>;
}

function withPlatforms({ image, needed, all }: PlatformImage, { platforms }: BuildInput): BuildImage {
  const { fixedPlatform: _, isNeeded: __, place: ___, ...rest } = image;
  const isOptional = needed.size === 0;
  const pulled = isOptional ? all : needed;
  const isEvery = pulled.size === platforms.length && platforms.every((platform) => pulled.has(platform));
  return { ...rest, platforms: isEvery ? [] : [...pulled], isOptional };
}

function imagesOfPlatform({ stages }: BuildStages, { target, contexts }: BuildInput) {
  const names = createStageNames(stages, contexts);
  const problems: { instruction: Instruction | undefined; message: string }[] = [];
  const end = target === undefined ? stages.length - 1 : names.find(target);
  if (stages.length === 0) problems.push({ instruction: undefined, message: 'A Dockerfile without FROM' });
  else if (end === undefined) {
    problems.push({ instruction: undefined, message: `There is no such stage: ${target}` });
  }
  const graph = createStageGraph(stages, names, end ?? stages.length - 1);
  const images: FoundBuildImage[] = [];

  function addSources(sources: readonly StageSource[], stage: string, isNeeded: boolean): void {
    for (const [place, source] of sources.entries()) {
      const found = names.sourceImage(source);
      if (typeof found === 'object') problems.push({ instruction: source.instruction, ...found });
      if (typeof found !== 'string') continue;
      const { text: written, instruction } = source;
      // These images are for the platform of the build, whatever that of their stage is.
      const common = { stage, isNeeded, fixedPlatform: undefined, role: 'copy' } as const;
      images.push({ ...common, text: found, written, instruction, place });
    }
  }

  for (const [i, stage] of stages.entries()) {
    const isNeeded = graph.needed.has(i);
    const name = stage.alias ?? `stage ${i}`;
    const { base, written, from: instruction, platform: fixedPlatform } = stage;
    const replaced = names.contextOf(stage.name);
    const text = replaced ?? (base === undefined ? '' : names.baseImage(base, i));
    const common = { stage: name, isNeeded, fixedPlatform, role: 'stage', place: -1 } as const;
    if (text !== '') images.push({ ...common, text, written, instruction });
    // A stage that a context replaces is not built.
    if (replaced === undefined) addSources(stage.sources, name, isNeeded);
    if (graph.bases.has(i)) addSources(stage.triggered, name, graph.fired.has(i));
  }
  return { images, problems };
}

/** The dependencies of the stages of a build. */
interface StageGraph {
  /** The stages that the target needs, directly or indirectly. */
  readonly needed: ReadonlySet<number>;
  /** The stages that others build on. */
  readonly bases: ReadonlySet<number>;
  /** The stages that needed ones build on, so that their `ONBUILD` instructions are executed. */
  readonly fired: ReadonlySet<number>;
}

function createStageGraph(stages: readonly Stage[], names: StageNames, end: number): StageGraph {
  const isReplaced = ({ name }: Stage) => names.contextOf(name) !== undefined;
  const baseOf = stages.map((stage, i) =>
    stage.base === undefined || isReplaced(stage) ? undefined : names.baseStage(stage.base, i),
  );
  const needed = new Set([end]);
  const fired = new Set<number>();
  const addSources = (sources: readonly StageSource[]) => {
    for (const source of sources) {
      const stage = names.sourceStage(source);
      if (stage !== undefined) needed.add(stage);
    }
  };
  // Iteration over a set also visits items that are added meanwhile.
  for (const i of needed) {
    const stage = stages[i];
    if (!stage || isReplaced(stage)) continue;
    addSources(stage.sources);
    const base = baseOf[i];
    if (base === undefined) continue;
    needed.add(base);
    if (!fired.has(base)) addSources(stages[base]?.triggered ?? []);
    fired.add(base);
  }
  return { needed, bases: new Set(baseOf.filter((base) => base !== undefined)), fired };
}
