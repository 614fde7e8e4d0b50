/** An instruction of a Dockerfile, with its continuation lines joined. */
export interface Instruction {
  /** In upper case: `FROM`. */
  readonly keyword: string;
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
}

const DIRECTIVE = /^#\s*(\w+)\s*=(.*)$/;
const COMMENT = /^\s*#/;
const KEYWORD = /^\s*(\S+)/;
const HEREDOC = /<<(-?)\s*(["']?)([A-Za-z_][\w.]*)\2/g;
const WITH_HEREDOC = new Set(['RUN', 'COPY', 'ADD']);

/**
 * Splits a Dockerfile into its instructions (https://docs.docker.com/reference/dockerfile/): parser directives, comments
 * between continued lines, and heredocs, which hold no instructions. Takes time linear in the text.
 */
export function readLayout(text: string): DockerfileLayout {
  const lines = linesOf(text);
  const { escapeMark, frontend, count } = readDirectives(lines);
  const heredocs = createHeredocIndex(lines);
  const instructions: Instruction[] = [];
  for (let i = count; i < lines.length; i++) {
    const first = lines[i];
    if (!first || isSkipped(first)) continue;
    const parts: string[] = [];
    let last = first;
    for (; i < lines.length; i++) {
      const line = lines[i];
      if (!line) break;
      if (line !== first && isSkipped(line)) continue;
      last = line;
      const trimmed = line.text.trimEnd();
      const isContinued = trimmed.endsWith(escapeMark);
      parts.push(isContinued ? trimmed.slice(0, -1) : line.text);
      if (!isContinued) break;
    }
    const joined = parts.join(' ');
    const keyword = KEYWORD.exec(joined);
    const instruction = {
      keyword: keyword?.[1]?.toUpperCase() ?? '',
      rest: joined.slice(keyword?.[0].length ?? 0).trim(),
      start: first.start,
      end: last.end,
    };
    instructions.push(instruction);
    if (WITH_HEREDOC.has(instruction.keyword)) i = heredocs.lastLine(instruction.rest, i);
  }
  return { instructions, frontend };
}

interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Reports whether a line is a comment or empty. Such lines are also skipped between continuation lines. */
function isSkipped({ text }: Line): boolean {
  return COMMENT.test(text) || text.trim() === '';
}

function linesOf(text: string): readonly Line[] {
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  return text
    .slice(start)
    .split('\n')
    .map((line) => {
      const from = start;
      start += line.length + 1;
      return { text: line.endsWith('\r') ? line.slice(0, -1) : line, start: from, end: from + line.length };
    });
}

/** Reads the parser directives, which end at the first line that is not a directive. */
function readDirectives(lines: readonly Line[]) {
  let escapeMark = '\\';
  let frontend: DockerfileLayout['frontend'];
  let count = 0;
  // A shebang line may come first.
  if (lines[0]?.text.startsWith('#!')) count++;
  for (; count < lines.length; count++) {
    const line = lines[count];
    const [, name = '', rest = ''] = DIRECTIVE.exec(line?.text ?? '') ?? [];
    const value = rest.trim();
    if (!line || name === '' || value === '') break;
    if (name.toLowerCase() === 'escape' && (value === '\\' || value === '`')) escapeMark = value;
    if (name.toLowerCase() === 'syntax') {
      frontend ??= { text: value, start: line.start + line.text.lastIndexOf(value) };
    }
  }
  return { escapeMark, frontend, count };
}

/**
 * Creates an index of the ends of heredocs. It is built at the first heredoc, so that thousands of heredocs without an end
 * do not scan the file thousands of times.
 */
function createHeredocIndex(lines: readonly Line[]) {
  let whole: ReadonlyMap<string, readonly number[]> | undefined;
  let withoutTabs: typeof whole;

  /** Returns the last line of the heredocs that an instruction begins; `i` where there are none, or one never ends. */
  function lastLine(rest: string, i: number): number {
    let at = i;
    for (const [, dash = '', , name = ''] of rest.matchAll(HEREDOC)) {
      whole ??= indexLines(lines, (text) => text);
      if (dash === '-') withoutTabs ??= indexLines(lines, (text) => text.replace(/^\t+/, ''));
      const places = (dash === '-' ? withoutTabs : whole)?.get(name) ?? [];
      const end = firstAbove(places, at);
      if (end === undefined) return at;
      at = end;
    }
    return at;
  }

  return { lastLine };
}

function indexLines(lines: readonly Line[], key: (text: string) => string) {
  const index = new Map<string, number[]>();
  for (const [i, { text }] of lines.entries()) {
    const name = key(text);
    const places = index.get(name);
    if (places) places.push(i);
    else index.set(name, [i]);
  }
  return index;
}

/** Returns the first of ascending numbers that is greater than `limit`; undefined if there is none. */
function firstAbove(numbers: readonly number[], limit: number): number | undefined {
  let [from, to] = [0, numbers.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((numbers[middle] ?? 0) > limit) to = middle;
    else from = middle + 1;
  }
  return numbers[from];
}
