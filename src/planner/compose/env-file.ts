import type { Variables } from '../variables.ts';
import { interpolate } from './interpolate.ts';

/** `NAME=` or `NAME:` at the start of a line, with or without `export`. */
const ASSIGNMENT = /[ \t]*(?:export[ \t]+)?([A-Za-z0-9_.-]+)[ \t]*[=:][ \t]*/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * Parses the variables of a `.env` file as Compose does: comments, `export`, quotes over several lines, and variables in values
 * that are not in single quotes. A value that cannot be resolved is left out.
 * @param given values that variables of the file may contain, and that override those of the file
 */
export function readEnvFile(text: string, given: Variables): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  const scope = { get: (name: string) => given.get(name) ?? variables.get(name) };
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    ASSIGNMENT.lastIndex = at;
    const [head, name] = ASSIGNMENT.exec(text) ?? [];
    const lineEnd = endOfLine(text, at);
    if (head === undefined || name === undefined) {
      at = lineEnd + 1;
      continue;
    }
    const start = at + head.length;
    const value = readValue(text, start);
    at = Math.max(value.end, start) + 1;
    try {
      variables.set(name, value.isLiteral ? value.text : interpolate(value.text, scope).text);
    } catch {
      variables.delete(name);
    }
  }
  return variables;
}

/** Reads the value at a position. `end` is the end of its last line. */
function readValue(text: string, start: number) {
  const quote = text[start];
  if (quote === "'" || quote === '"') {
    const close = closingQuote(text, start + 1, quote);
    if (close !== undefined) {
      const inner = text.slice(start + 1, close);
      const unescaped = inner.replace(/\\(.)/gs, (both, char: string) =>
        char === '$' ? '$$' : (ESCAPES[char] ?? (char === '"' || char === '\\' ? char : both)),
      );
      return {
        text: quote === "'" ? inner : unescaped,
        isLiteral: quote === "'",
        end: endOfLine(text, close),
      };
    }
  }
  const end = endOfLine(text, start);
  const line = text.slice(start, end);
  const comment = line.startsWith('#') ? 0 : line.search(/\s#/);
  return { text: (comment < 0 ? line : line.slice(0, comment)).trim(), isLiteral: false, end };
}

function closingQuote(text: string, start: number, quote: string): number | undefined {
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return undefined;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
