import { isMap, LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import { ALLOWED_KEYS } from './web-config-schema.ts';

/** Describes a problem in a web configuration file. The message names the allowed values and never repeats a secret. */
export interface WebConfigProblem {
  /** Counted from 1; undefined if the problem concerns the whole file. */
  readonly line: number | undefined;
  /** `tls_server_config.min_version`; empty if the problem concerns the whole file. */
  readonly key: string;
  readonly message: string;
}

/** Contains a parsed YAML text and the lines of its values. */
interface ReadYaml {
  readonly value: unknown;
  /** Returns the line of the value at a path, or of its nearest parent. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
  /** Returns the value at a path; undefined if there is none. */
  valueAt(path: readonly PropertyKey[]): unknown;
}

/** Parses YAML. Does not return the messages of the parser, because they quote the line, which may contain the hash of a password. */
export function readYaml(text: string): ReadYaml | { problems: WebConfigProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const message = `Not valid YAML: ${error.code.toLowerCase().replaceAll('_', ' ')}`;
    return { problems: [{ line: lines.linePos(error.pos[0]).line, key: '', message }] };
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch {
    return { problems: [{ line: undefined, key: '', message: 'Not valid YAML: an alias has no anchor' }] };
  }
  return {
    value,
    lineOf: (path) => {
      const offset = offsetOf(document, path);
      return offset === undefined ? undefined : lines.linePos(offset).line;
    },
    valueAt: (path) => document.getIn(path),
  };
}

/** Returns the problems of an issue of the schema. Each unknown key is a problem. */
export function toProblems(issue: z.core.$ZodIssue, yaml: ReadYaml): WebConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const allowed = ALLOWED_KEYS[issue.path.map(String).join('.')] ?? [];
    return issue.keys.map((key) =>
      problemAt([...issue.path, key], yaml, `Unknown key; allowed are ${allowed.join(', ')}`),
    );
  }
  return [problemAt(issue.path, yaml, wordsOf(issue, yaml))];
}

function problemAt(path: readonly PropertyKey[], yaml: ReadYaml, message: string): WebConfigProblem {
  return { line: yaml.lineOf(path), key: path.map(String).join('.'), message };
}

function wordsOf(issue: z.core.$ZodIssue, yaml: ReadYaml): string {
  const value = yaml.valueAt(issue.path);
  if (issue.code === 'custom') return issue.message;
  if (value === undefined) return 'Is missing';
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map((allowedValue) => (allowedValue === '' ? '""' : String(allowedValue)));
    return `Not allowed: ${JSON.stringify(value)}; allowed are ${allowed.join(', ')}`;
  }
  if (issue.code === 'invalid_type') return `Must be ${TYPE_WORDS[issue.expected] ?? issue.expected}`;
  return 'Must not be empty';
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text; put it in quotes if it looks like something else',
  boolean: 'true or false',
  object: 'a section with keys below it',
  record: 'a section with keys below it',
  array: 'a list',
};

function offsetOf(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => String(key) === String(path[length - 1]))
      : undefined;
    const node = pair?.key ?? document.getIn(path.slice(0, length), true);
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range) return range[0];
  }
  return undefined;
}
