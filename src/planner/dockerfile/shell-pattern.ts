/**
 * The patterns of `${V#pattern}`, `${V%pattern}` and `${V/pattern/text}`: `*` matches any text, `?` one character. Each
 * function takes time proportional to the value times the pattern.
 */

/** A character of a pattern; undefined matches any. */
type PatternChar = string | undefined;
/** The parts of a pattern between its `*`. */
type Segments = readonly [readonly PatternChar[], ...(readonly PatternChar[])[]];

/** Removes the shortest or longest match at the start of a value. Throws SyntaxError if the pattern is invalid. */
export function removePrefix(value: string, pattern: string, isLongest: boolean): string {
  const end = matchAt(value, parsePattern(pattern), 0, isLongest);
  return end === undefined ? value : value.slice(end);
}

/** Removes the shortest or longest match at the end of a value. Throws SyntaxError if the pattern is invalid. */
export function removeSuffix(value: string, pattern: string, isLongest: boolean): string {
  const segments = parsePattern(pattern);
  const [first = [], ...others] = segments.map((segment) => segment.toReversed()).toReversed();
  const reversed = [...value].reverse().join('');
  const end = matchAt(reversed, [first, ...others], 0, isLongest);
  return end === undefined ? value : value.slice(0, value.length - end);
}

/** Replaces the first match, or every match. Throws SyntaxError if the pattern is invalid. */
export function replaceMatches(
  value: string,
  pattern: string,
  replacement: string,
  isEvery: boolean,
): string {
  const segments = parsePattern(pattern);
  let result = '';
  let at = 0;
  while (at <= value.length) {
    const start = find(value, segments[0], at);
    // If the rest of a pattern does not match after its first occurrence, it matches after no later one.
    const end = start === undefined ? undefined : matchAt(value, segments, start, true);
    if (start === undefined || end === undefined) break;
    result += value.slice(at, start) + replacement;
    at = end;
    if (!isEvery) break;
    if (end === start) result += value[at++] ?? '';
  }
  return result + value.slice(at);
}

function parsePattern(pattern: string): Segments {
  const segments: [PatternChar[], ...PatternChar[][]] = [[]];
  let last = segments[0];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === '*') {
      last = [];
      segments.push(last);
    } else if (char === '?') last.push(undefined);
    else if (char === '\\' && !/[}/]/.test(pattern[i + 1] ?? '')) {
      const escaped = pattern[++i] ?? '';
      if (!['*', '?', '\\'].includes(escaped)) throw new SyntaxError(`An invalid pattern: ${pattern}`);
      last.push(escaped);
    } else if (char !== '\\') last.push(char);
  }
  return segments;
}

/** Returns the end of the shortest or longest match at a position; undefined if there is none. */
function matchAt(
  value: string,
  [first, ...others]: Segments,
  start: number,
  isLongest: boolean,
): number | undefined {
  if (!isAt(value, first, start)) return undefined;
  let end = start + first.length;
  const last = others.pop();
  if (!last) return end;
  for (const segment of others) {
    const found = find(value, segment, end);
    if (found === undefined) return undefined;
    end = found + segment.length;
  }
  const found = isLongest ? findLast(value, last, end) : find(value, last, end);
  return found === undefined ? undefined : found + last.length;
}

function isAt(value: string, segment: readonly PatternChar[], start: number): boolean {
  if (start + segment.length > value.length) return false;
  return segment.every((char, i) => char === undefined || char === value[start + i]);
}

function find(value: string, segment: readonly PatternChar[], from: number): number | undefined {
  for (let at = from; at + segment.length <= value.length; at++) if (isAt(value, segment, at)) return at;
  return undefined;
}

function findLast(value: string, segment: readonly PatternChar[], from: number): number | undefined {
  for (let at = value.length - segment.length; at >= from; at--) if (isAt(value, segment, at)) return at;
  return undefined;
}
