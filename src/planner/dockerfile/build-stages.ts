import type { Variables } from '../variables.ts';
import { fillIn } from '../variables.ts';
import type { Instruction } from './instructions.ts';

/** One stage of a build. */
export interface Stage {
  /** The name behind AS; undefined where there is none. */
  readonly name: string | undefined;
  /** What it builds on, variables filled in. */
  readonly base: string;
  /** The same as it is written. */
  readonly written: string;
  readonly platform: string | undefined;
  readonly from: Instruction;
  /** What it takes files from: stages, numbers of stages, and images. */
  readonly sources: readonly StageSource[];
}

/** An image or a stage that files are taken from. */
export interface StageSource {
  readonly text: string;
  readonly instruction: Instruction;
}

const FROM = /^((?:--\S+\s+)*)(\S+)(?:\s+AS\s+(\S+))?\s*$/i;
const PLATFORM = /--platform=(\S+)/i;
const COPY_FROM = /^(?:--\S+\s+)*?--from=(\S+)/i;
const MOUNT = /--mount=(\S+)/gi;

/** What a build is made of: its stages, and instructions that cannot be understood. */
export interface BuildStages {
  readonly stages: readonly Stage[];
  readonly unclear: readonly { readonly instruction: Instruction; readonly message: string }[];
}

/**
 * Reads the stages of a build.
 * @param given values for `ARG`s, which win over their defaults
 */
export function readStages(instructions: readonly Instruction[], given: Variables): BuildStages {
  const variables = new Map(given);
  const stages: (Stage & { readonly sources: StageSource[] })[] = [];
  const unclear: { instruction: Instruction; message: string }[] = [];
  for (const instruction of instructions) {
    const { keyword, rest } = instruction;
    const stage = stages.at(-1);
    // Only what stands above the first FROM may be used in one.
    if (keyword === 'ARG' && !stage) readArguments(rest, variables, given);
    else if (keyword === 'FROM') {
      const [, flags = '', written = '', name] = FROM.exec(rest) ?? [];
      if (written === '') unclear.push({ instruction, message: `Not a FROM: ${rest}` });
      else {
        const platform = PLATFORM.exec(flags)?.[1];
        stages.push({
          name,
          written: unquote(written),
          base: fillIn(unquote(written), variables),
          platform: platform && fillIn(platform, variables),
          from: instruction,
          sources: [],
        });
      }
    } else stage?.sources.push(...sourcesOf(instruction));
  }
  return { stages, unclear };
}

function readArguments(rest: string, variables: Map<string, string>, given: Variables): void {
  for (const [, name = '', quoted, plain] of rest.matchAll(/([A-Za-z_]\w*)(?:=(?:"([^"]*)"|(\S*)))?/g)) {
    const value = quoted ?? plain;
    if (value !== undefined && !given.has(name)) variables.set(name, fillIn(unquote(value), variables));
  }
}

function sourcesOf(instruction: Instruction): StageSource[] {
  const { keyword, rest } = instruction;
  if (keyword === 'COPY' || keyword === 'ADD') {
    const text = COPY_FROM.exec(rest)?.[1];
    return text === undefined ? [] : [{ text: unquote(text), instruction }];
  }
  if (keyword !== 'RUN') return [];
  return [...rest.matchAll(MOUNT)].flatMap(([, mount = '']) => {
    const from = mount.split(',').find((part) => part.startsWith('from='));
    return from === undefined ? [] : [{ text: unquote(from.slice('from='.length)), instruction }];
  });
}

function unquote(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}
