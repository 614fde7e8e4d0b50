import { splitFlags } from './instruction-flags.ts';
import { splitWords } from './shell-words.ts';

/** An instruction of a Dockerfile, with its continuation lines joined. */
export interface Instruction {
  /** In upper case: `FROM`. */
  readonly keyword: string;
  /** The flags before the arguments, without quotes: `--from=build`. */
  readonly flags: readonly string[];
  /** The arguments. */
  readonly rest: string;
  /** Its start and end in the file, in characters. */
  readonly start: number;
  readonly end: number;
}

/** The instructions of a Dockerfile, with its frontend. */
export interface DockerfileLayout {
  readonly instructions: readonly Instruction[];
  /** The image of `# syntax=` and its position. Undefined if there is none. */
  readonly frontend: { readonly text: string; readonly start: number } | undefined;
  readonly escapeMark: string;
  /** Why reading ended before the end of the file, and where. */
  readonly problem: { readonly message: string; readonly start: number } | undefined;
}

const DIRECTIVE = /^([a-z][a-z0-9]*)\s*=\s*(\S.*)$/i;
const DIRECTIVES: ReadonlySet<string> = new Set(['syntax', 'escape', 'check']);
const HEREDOC = /^\d*<<(-?)\s*([^<]*)$/;
const WITH_HEREDOC: ReadonlySet<string> = new Set(['RUN', 'COPY', 'ADD']);

/**
 * Splits a Dockerfile into its instructions as BuildKit does (frontend/dockerfile/parser, 2026-04): parser directives,
 * continued lines, and heredocs, which hold no instructions. Takes time linear in the text.
 */
export function readLayout(text: string): DockerfileLayout {
  const lines = linesOf(text);
  const { escapeMark, frontend } = readDirectives(lines);
  const instructions: Instruction[] = [];
  let i = 0;
  while (i < lines.length) {
    const first = lines[i];
    if (!first || isSkipped(first)) {
      i++;
      continue;
    }
    const { text: joined, last, next } = joinLines(lines, i, escapeMark);
    i = next;
    const place = { start: first.start, end: last.end };
    const instruction = { ...parseInstruction(joined, escapeMark), ...place };
    instructions.push(instruction);
    for (const heredoc of heredocsOf(instruction, joined, escapeMark)) {
      const end = endOfHeredoc(lines, i, heredoc);
      if (end === undefined) {
        const message = `A heredoc without an end: ${heredoc.name}`;
        return { instructions, frontend, escapeMark, problem: { message, start: first.start } };
      }
      i = end + 1;
    }
  }
  return { instructions, frontend, escapeMark, problem: undefined };
}

/** Splits an instruction into its keyword, flags and arguments. */
function parseInstruction(line: string, escapeMark: string): Omit<Instruction, 'start' | 'end'> {
  const trimmed = line.trim();
  const [keyword = ''] = trimmed.split(/[\t\v\f\r ]/, 1);
  const { flags, rest } = splitFlags(trimmed.slice(keyword.length), escapeMark);
  return { keyword: keyword.toUpperCase(), flags, rest };
}

/** Returns the instruction of an ONBUILD; undefined for other instructions. */
export function triggerOf(instruction: Instruction, escapeMark: string): Instruction | undefined {
  if (instruction.keyword !== 'ONBUILD') return undefined;
  return { ...instruction, ...parseInstruction(instruction.rest, escapeMark) };
}

interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Reports whether a line is a comment or empty. Such lines are also skipped between continuation lines. */
function isSkipped({ text }: Line): boolean {
  const trimmed = text.trimStart();
  return trimmed === '' || trimmed.startsWith('#');
}

function linesOf(text: string): readonly Line[] {
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  return text
    .slice(start)
    .split('\n')
    .map((line) => {
      const from = start;
      start += line.length + 1;
      return { text: line.replace(/\r+$/, ''), start: from, end: from + line.length };
    });
}

/** Joins a line with those that continue it. Lines are continued without a space between them. */
function joinLines(lines: readonly Line[], first: number, escapeMark: string) {
  const parts: string[] = [];
  let last = lines[first] as Line;
  let i = first;
  for (; i < lines.length; i++) {
    const line = lines[i] as Line;
    if (i > first && isSkipped(line)) continue;
    last = line;
    const continued = withoutEscapeMark(line.text, escapeMark);
    parts.push(continued ?? line.text);
    if (continued === undefined) break;
  }
  return { text: parts.join(''), last, next: i + 1 };
}

/** Returns a line without the escape character at its end; undefined if it has none, or two. */
function withoutEscapeMark(text: string, escapeMark: string): string | undefined {
  let end = text.length;
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--;
  const isContinued = text[end - 1] === escapeMark && text[end - 2] !== escapeMark;
  return isContinued ? text.slice(0, end - 1) : undefined;
}

/** Reads the parser directives, which end at the first line that is not a directive. */
function readDirectives(lines: readonly Line[]) {
  let escapeMark = '\\';
  let frontend: DockerfileLayout['frontend'];
  // A shebang line may come before the frontend.
  const first = lines[0]?.text.startsWith('#!') ? 1 : 0;
  for (const line of lines.slice(first)) {
    const comment = /^(?:#|\/\/)/.exec(line.text)?.[0];
    if (comment === undefined) break;
    const [, name = '', value = ''] = DIRECTIVE.exec(line.text.slice(comment.length).trim()) ?? [];
    const key = name.toLowerCase();
    if (!DIRECTIVES.has(key)) break;
    if (key === 'escape' && comment === '#' && first === 0 && /^[\\`]$/.test(value)) escapeMark = value;
    if (key === 'syntax') {
      const [image = ''] = value.split(' ', 1);
      frontend ??= { text: image, start: line.start + line.text.indexOf(image, line.text.indexOf('=')) };
    }
  }
  return { escapeMark, frontend };
}

interface Heredoc {
  readonly name: string;
  /** Whether tabs before the end mark are ignored. */
  readonly hasTabs: boolean;
}

function heredocsOf(instruction: Instruction, line: string, escapeMark: string): readonly Heredoc[] {
  if (!line.includes('<<')) return [];
  const { keyword, rest } = triggerOf(instruction, escapeMark) ?? instruction;
  if (!WITH_HEREDOC.has(keyword) || isJsonList(rest)) return [];
  return wordsOf(line, true, true).flatMap((word) => {
    const [, dash, mark = ''] = HEREDOC.exec(word) ?? [];
    const [name, second] = wordsOf(mark, false, false);
    return name === undefined || second !== undefined ? [] : [{ name, hasTabs: dash === '-' }];
  });
}

/** Splits a text into words; a text with an unclosed quote has none. */
function wordsOf(text: string, keepsQuotes: boolean, keepsEscapes: boolean): readonly string[] {
  try {
    return splitWords(text, keepsQuotes, keepsEscapes);
  } catch {
    return [];
  }
}

function isJsonList(text: string): boolean {
  if (!text.startsWith('[')) return false;
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

/** Returns the line that ends a heredoc; undefined if there is none. */
function endOfHeredoc(lines: readonly Line[], first: number, { name, hasTabs }: Heredoc): number | undefined {
  for (let i = first; i < lines.length; i++) {
    const { text } = lines[i] as Line;
    if ((hasTabs ? text.replace(/^\t+/, '') : text) === name) return i;
  }
  return undefined;
}
