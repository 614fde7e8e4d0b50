/** One instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  /** In upper case: `FROM`. */
  readonly keyword: string;
  readonly rest: string;
  /** Where it begins and ends in the file, in characters. */
  readonly start: number;
  readonly end: number;
}

/** A Dockerfile as it is laid out. */
export interface DockerfileLayout {
  readonly instructions: readonly Instruction[];
  /** The frontend of `# syntax=`, and where it stands. */
  readonly frontend: { readonly text: string; readonly start: number } | undefined;
}

const DIRECTIVE = /^#\s*(\w+)\s*=\s*(.+?)\s*$/;
const COMMENT = /^\s*#/;
const HEREDOC = /<<(-?)\s*(["']?)([A-Za-z_][\w.]*)\2/g;
const WITH_HEREDOC = new Set(['RUN', 'COPY', 'ADD']);

/**
 * Cuts a Dockerfile into its instructions (https://docs.docker.com/reference/dockerfile/): parser directives, comments
 * between continued lines, and heredocs, which hold no instructions.
 */
export function readLayout(text: string): DockerfileLayout {
  const lines = linesOf(text);
  const { escapeMark, frontend, count } = readDirectives(lines);
  const continued = new RegExp(`\\${escapeMark}[ \\t]*$`);
  const instructions: Instruction[] = [];
  for (let i = count; i < lines.length; i++) {
    const first = lines[i];
    if (!first || COMMENT.test(first.text) || first.text.trim() === '') continue;
    let joined = '';
    let last = first;
    for (; i < lines.length; i++) {
      const line = lines[i];
      if (!line) break;
      if (line !== first && (COMMENT.test(line.text) || line.text.trim() === '')) continue;
      last = line;
      joined += `${line.text.replace(continued, '')} `;
      if (!continued.test(line.text)) break;
    }
    const [, keyword = '', rest = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(joined) ?? [];
    const instruction = {
      keyword: keyword.toUpperCase(),
      rest: rest.trim(),
      start: first.start,
      end: last.end,
    };
    instructions.push(instruction);
    if (WITH_HEREDOC.has(instruction.keyword)) i = afterHeredocs(instruction.rest, lines, i);
  }
  return { instructions, frontend };
}

interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function linesOf(text: string): readonly Line[] {
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  return text
    .slice(start)
    .split('\n')
    .map((line) => {
      const from = start;
      start += line.length + 1;
      return { text: line.replace(/\r$/, ''), start: from, end: from + line.length };
    });
}

/** Directives stand above everything else; the first line that is none ends them. */
function readDirectives(lines: readonly Line[]) {
  let escapeMark = '\\';
  let frontend: DockerfileLayout['frontend'];
  let count = 0;
  // A script may begin with a line for the kernel.
  if (lines[0]?.text.startsWith('#!')) count++;
  for (; count < lines.length; count++) {
    const line = lines[count];
    const [, name = '', value = ''] = DIRECTIVE.exec(line?.text ?? '') ?? [];
    if (!line || name === '') break;
    if (name.toLowerCase() === 'escape' && (value === '\\' || value === '`')) escapeMark = value;
    if (name.toLowerCase() === 'syntax') {
      frontend ??= { text: value, start: line.start + line.text.lastIndexOf(value) };
    }
  }
  return { escapeMark, frontend, count };
}

/** The last line of the heredocs that an instruction begins; `i` when there are none, or one never ends. */
function afterHeredocs(rest: string, lines: readonly Line[], i: number): number {
  let at = i;
  for (const [, dash = '', , name = ''] of rest.matchAll(HEREDOC)) {
    const isEnd = ({ text }: Line) => (dash === '-' ? text.replace(/^\t+/, '') : text) === name;
    const end = lines.findIndex((line, j) => j > at && isEnd(line));
    if (end < 0) return at;
    at = end;
  }
  return at;
}
