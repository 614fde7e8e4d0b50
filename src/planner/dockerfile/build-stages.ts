import { isImageReference } from '../../domain/image-reference.ts';
import { MAX_REFERENCE_LENGTH, PlanLimitError } from '../../domain/pull-cost/collect-images.ts';
import { parseFlags, sourceOfMount } from './instruction-flags.ts';
import { type DockerfileLayout, type Instruction, triggerOf } from './instructions.ts';
import { expandWord } from './shell-words.ts';

/** One stage of a build. */
export interface Stage {
  /** The name after AS, in lower case. Undefined if there is none. */
  readonly name: string | undefined;
  /** The name as it is written. */
  readonly alias: string | undefined;
  /** The base image or stage, with variables substituted. Undefined if it is not known. */
  readonly base: string | undefined;
  /** The base as it is written in the file. */
  readonly written: string;
  /** The value of `--platform`, with variables substituted. Undefined if there is none. */
  readonly platform: string | undefined;
  readonly from: Instruction;
  /** The stages, stage numbers and images that files are copied or mounted from. */
  readonly sources: readonly StageSource[];
  /** Those of its `ONBUILD` instructions, which stages that build on this one execute. */
  readonly triggered: readonly StageSource[];
}

/** An image or a stage that files are copied or mounted from. */
export interface StageSource {
  readonly text: string;
  readonly instruction: Instruction;
  /** Whether a number is the number of a stage. Mounts have no numbers. */
  readonly isNumbered: boolean;
}

/** The stages of a build, and the problems of its instructions. */
export interface BuildStages {
  readonly stages: readonly Stage[];
  readonly unclear: readonly { readonly instruction: Instruction; readonly message: string }[];
}

/** The values that a build depends on. */
export interface BuildValues {
  /** Values for `ARG`s, which override their defaults. */
  readonly args: ReadonlyMap<string, string>;
  /** The platform of the image: `linux/arm64`. */
  readonly platform: string;
  /** The target stage. Undefined: the last one. */
  readonly target: string | undefined;
}

/** The platform of the machine that builds, for every target platform. */
const BUILD_PLATFORM = 'linux/amd64';

const INSTRUCTIONS: ReadonlySet<string> = new Set([
  ...[
    'ADD',
    'ARG',
    'CMD',
    'COPY',
    'ENTRYPOINT',
    'ENV',
    'EXPOSE',
    'FROM',
    'HEALTHCHECK',
    'LABEL',
    'MAINTAINER',
  ],
  ...['ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'],
]);
const STAGE_NAME = /^[a-z][a-z0-9-_.]*$/;

/** The most stages of a build. */
const MAX_STAGES = 20_000;

/** Reads the stages of a build for one platform. Throws PlanLimitError if there are more than 20,000. */
export function readStages({ instructions, escapeMark }: DockerfileLayout, values: BuildValues): BuildStages {
  if (instructions.filter(({ keyword }) => keyword === 'FROM').length > MAX_STAGES) {
    throw new PlanLimitError(`More than ${MAX_STAGES} stages in one Dockerfile`);
  }
  const variables = new Map(predefinedArguments(instructions, values));
  const stages: (Stage & Pick<MutableStage, 'sources' | 'triggered'>)[] = [];
  const unclear: { instruction: Instruction; message: string }[] = [];
  const context = { variables, escapeMark, args: values.args };

  function read(instruction: Instruction): void {
    const { keyword } = instruction;
    const stage = stages.at(-1);
    if (keyword === 'FROM') {
      const { from, message } = readFrom(instruction, context);
      stages.push(from);
      if (message !== undefined) unclear.push({ instruction, message });
    } else if (!INSTRUCTIONS.has(keyword)) throw new SyntaxError(`Not an instruction: ${keyword}`);
    // Only arguments before the first FROM can be used in a FROM.
    else if (keyword === 'ARG' && !stage) readArguments(instruction, context);
    else if (!stage) throw new SyntaxError(`An instruction before the first FROM: ${keyword}`);
    else {
      stage.sources.push(...sourcesOf(instruction));
      const trigger = triggerOf(instruction, escapeMark);
      if (trigger) stage.triggered.push(...sourcesOf(trigger));
    }
  }

  for (const instruction of instructions) {
    try {
      read(instruction);
    } catch (error) {
      if (!(error instanceof PlanLimitError) && !(error instanceof SyntaxError)) throw error;
      unclear.push({ instruction, message: error.message });
    }
  }
  return { stages, unclear };
}

interface MutableStage {
  readonly sources: StageSource[];
  readonly triggered: StageSource[];
}

interface ArgumentContext {
  readonly variables: Map<string, string>;
  readonly args: ReadonlyMap<string, string>;
  readonly escapeMark: string;
}

/** Returns the arguments that every build has (https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope). */
function predefinedArguments(
  instructions: readonly Instruction[],
  { args, platform, target }: BuildValues,
): [string, string][] {
  const last = instructions.findLast(({ keyword }) => keyword === 'FROM');
  const name = /\sAS\s+(\S+)$/i.exec(last?.rest ?? '')?.[1]?.toLowerCase();
  const of = (prefix: string, value: string): [string, string][] => {
    const [os = '', architecture = '', variant = ''] = value.split('/');
    return [
      [`${prefix}PLATFORM`, value],
      [`${prefix}OS`, os],
      [`${prefix}OSVERSION`, ''],
      [`${prefix}ARCH`, architecture],
      [`${prefix}VARIANT`, variant],
    ];
  };
  const all = [...of('BUILD', BUILD_PLATFORM), ...of('TARGET', platform)];
  all.push(['TARGETSTAGE', target ?? name ?? 'default']);
  return all.map(([key, value]) => [key, args.get(key) ?? value]);
}

/** Parses a FROM. An invalid one is a stage without a base. */
function readFrom(instruction: Instruction, { variables, escapeMark }: ArgumentContext) {
  const [written = '', as, alias, ...strays] = instruction.rest.split(/[\t\v\f\r ]+/);
  const name = alias?.toLowerCase();
  const stage = { name, alias, written, from: instruction, sources: [], triggered: [] };
  const fail = (message: string) => ({
    from: { ...stage, base: undefined, platform: undefined },
    message,
  });
  const isNamed = as?.toUpperCase() === 'AS' && name !== undefined && STAGE_NAME.test(name);
  if (written === '' || (as !== undefined && !isNamed) || strays.length > 0) {
    return fail(`Not a FROM: ${instruction.rest}`);
  }
  try {
    const flags = parseFlags('FROM', instruction.flags);
    const [flag] = flags.get('platform') ?? [];
    const base = expandWord(written, variables, escapeMark);
    const platform = flag === undefined ? undefined : expandWord(flag, variables, escapeMark);
    if (base.text.length > MAX_REFERENCE_LENGTH) {
      return fail(`The image is longer than ${MAX_REFERENCE_LENGTH} characters: ${written}`);
    }
    const unset = base.unset.length > 0 ? written : platform?.unset.length ? flag : undefined;
    const isKnown = base.text !== '' && (unset !== written || isImageReference(base.text));
    const from = {
      ...stage,
      base: isKnown ? base.text : undefined,
      platform: platform?.text || undefined,
    };
    if (unset !== undefined) return { from, message: `A variable without a value: ${unset}` };
    return { from, message: base.text === '' ? `The image is empty: ${written}` : undefined };
  } catch (error) {
    if (!(error instanceof PlanLimitError) && !(error instanceof SyntaxError)) throw error;
    return fail(error.message);
  }
}

/** Reads the arguments of an ARG. Throws SyntaxError or PlanLimitError if a value is not known; the variable has none then. */
function readArguments({ rest }: Instruction, { variables, args, escapeMark }: ArgumentContext): void {
  for (const word of splitArguments(rest, escapeMark)) {
    const [, name = '', value] = /^([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const given = args.get(name);
    if (given !== undefined) variables.set(name, given);
    if (given !== undefined || value === undefined) continue;
    const before = variables.get(name);
    variables.delete(name);
    const scope = { get: (key: string) => (key === name ? before : variables.get(key)) };
    const { text, unset } = expandWord(value, scope, escapeMark);
    variables.set(name, text);
    if (unset.length > 0) throw new SyntaxError(`A variable without a value: ${word}`);
  }
}

/** Splits a text at its spaces, except for those in quotes; quotes and escape characters stay. */
function splitArguments(text: string, escapeMark: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quote === '' && /\s/.test(char)) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    word += char === escapeMark && quote !== "'" ? char + (text[++at] ?? '') : char;
  }
  return word === '' ? words : [...words, word];
}

function sourcesOf(instruction: Instruction): StageSource[] {
  const { keyword } = instruction;
  if (keyword !== 'COPY' && keyword !== 'ADD' && keyword !== 'RUN') return [];
  const flags = parseFlags(keyword, instruction.flags);
  if (keyword === 'RUN') {
    return (flags.get('mount') ?? []).flatMap((mount) => {
      const text = sourceOfMount(mount);
      return text === undefined ? [] : [{ text, instruction, isNumbered: false }];
    });
  }
  const [text = ''] = flags.get('from') ?? [];
  if (text === '') return [];
  if (/\$./s.test(text)) throw new SyntaxError(`Variables are not substituted in --from=${text}`);
  return [{ text, instruction, isNumbered: true }];
}
