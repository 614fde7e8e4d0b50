import { MAX_REFERENCE_LENGTH, PlanLimitError } from '../../domain/pull-cost/collect-images.ts';
import type { Variables } from '../variables.ts';
import { fillIn } from '../variables.ts';
import type { Instruction } from './instructions.ts';

/** One stage of a build. */
export interface Stage {
  /** The name after AS. Undefined if there is none. */
  readonly name: string | undefined;
  /** The base image or stage, with variables substituted. */
  readonly base: string;
  /** The base as it is written in the file. */
  readonly written: string;
  readonly platform: string | undefined;
  readonly from: Instruction;
  /** The stages, stage numbers and images that files are copied from. */
  readonly sources: readonly StageSource[];
}

/** An image or a stage that files are copied from. */
export interface StageSource {
  readonly text: string;
  readonly instruction: Instruction;
}

const PLATFORM = /^--platform=(\S+)/i;
const COPY_FROM = /^--from=(\S+)/i;
const MOUNT = /--mount=(\S+)/gi;
const ARGUMENT = /([A-Za-z_]\w*)(?:=(?:"([^"]*)"|(\S*)))?/g;

/** The stages of a build, and the problems of its instructions. */
export interface BuildStages {
  readonly stages: readonly Stage[];
  readonly unclear: readonly { readonly instruction: Instruction; readonly message: string }[];
}

/**
 * Reads the stages of a build.
 * @param given values for `ARG`s, which override their defaults
 */
export function readStages(
  instructions: readonly Instruction[],
  given: ReadonlyMap<string, string>,
): BuildStages {
  const variables = new Map(given);
  const stages: (Stage & { readonly sources: StageSource[] })[] = [];
  const unclear: { instruction: Instruction; message: string }[] = [];
  for (const instruction of instructions) {
    const { keyword, rest } = instruction;
    const stage = stages.at(-1);
    try {
      // Only arguments before the first FROM can be used in a FROM.
      if (keyword === 'ARG' && !stage) readArguments(rest, variables, given);
      else if (keyword === 'FROM') stages.push(readFrom(instruction, variables));
      else if (stage) for (const source of sourcesOf(instruction)) stage.sources.push(source);
    } catch (error) {
      if (!(error instanceof PlanLimitError) && !(error instanceof SyntaxError)) throw error;
      unclear.push({ instruction, message: error.message });
    }
  }
  return { stages, unclear };
}

/** Parses a FROM. Throws SyntaxError if it is invalid, PlanLimitError if its variables expand to too long a text. */
function readFrom(instruction: Instruction, variables: Variables): Stage & { sources: StageSource[] } {
  const { flags, words } = splitFlags(instruction.rest);
  const [image, as, name, ...strays] = words;
  const isNamed = as?.toUpperCase() === 'AS' && name !== undefined;
  if (image === undefined || (as !== undefined && !isNamed) || strays.length > 0) {
    throw new SyntaxError(`Not a FROM: ${instruction.rest}`);
  }
  const written = unquote(image);
  const base = fillIn(written, variables);
  if (base.length > MAX_REFERENCE_LENGTH) {
    throw new SyntaxError(`The image is longer than ${MAX_REFERENCE_LENGTH} characters: ${written}`);
  }
  const platform = flags.map((flag) => PLATFORM.exec(flag)?.[1]).find((value) => value !== undefined);
  return {
    name,
    written,
    base,
    platform: platform && fillIn(platform, variables),
    from: instruction,
    sources: [],
  };
}

/** Splits the arguments of an instruction into the flags at the start and the other words. */
function splitFlags(rest: string): { readonly flags: readonly string[]; readonly words: readonly string[] } {
  const words = rest.split(/\s+/).filter((word) => word !== '');
  const first = words.findIndex((word) => !/^--\S/.test(word));
  const count = first < 0 ? words.length : first;
  return { flags: words.slice(0, count), words: words.slice(count) };
}

/** Reads the arguments of an ARG. Throws PlanLimitError if a value expands to too long a text; the variable has no value then. */
function readArguments(
  rest: string,
  variables: Map<string, string>,
  given: ReadonlyMap<string, string>,
): void {
  for (const [, name = '', quoted, plain] of rest.matchAll(ARGUMENT)) {
    const value = quoted ?? plain;
    if (value === undefined || given.has(name)) continue;
    try {
      variables.set(name, fillIn(unquote(value), variables));
    } catch (error) {
      variables.delete(name);
      throw error;
    }
  }
}

function sourcesOf(instruction: Instruction): StageSource[] {
  const { keyword, rest } = instruction;
  if (keyword === 'COPY' || keyword === 'ADD') {
    const { flags } = splitFlags(rest);
    const text = flags.map((flag) => COPY_FROM.exec(flag)?.[1]).find((value) => value !== undefined);
    return text === undefined ? [] : [{ text: unquote(text), instruction }];
  }
  if (keyword !== 'RUN') return [];
  return [...rest.matchAll(MOUNT)].flatMap(([, mount = '']) => {
    const from = mount.split(',').find((part) => part.startsWith('from='));
    return from === undefined ? [] : [{ text: unquote(from.slice('from='.length)), instruction }];
  });
}

function unquote(text: string): string {
  const first = text[0];
  const isQuoted = text.length > 1 && (first === '"' || first === "'") && text.endsWith(first);
  return isQuoted ? text.slice(1, -1) : text;
}
