/** A label matcher of PromQL: `cluster=~"prod.*"`. */
export interface LabelMatcher {
  readonly label: string;
  readonly operator: MatchOperator;
  /** The value without quotes and escapes. For `=~` and `!~`: a regular expression in RE2 syntax. */
  readonly value: string;
}

/** The comparison operators of a matcher. */
export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** The allowed form of a list of matchers, for error messages. */
export const LABEL_MATCHERS_FORM =
  'a list of label matchers without braces, such as job="headroom",cluster=~"prod.*"';

/** The longest list that is accepted, in characters. */
const MAX_LENGTH = 4_096;
/**
 * One matcher (https://prometheus.io/docs/prometheus/latest/querying/basics/#instant-vector-selectors), and the comma
 * after it. Only those escapes of Go that a label value can need.
 */
const MATCHER =
  /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\\n]|\\[\\"'nt])*)"|'((?:[^'\\\n]|\\[\\"'nt])*)')\s*(,|$)/y;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t' };

/**
 * Parses a list of label matchers. The whole text must match, so that no part of it can end the selector or begin another.
 * @throws SyntaxError when it is not a list of matchers; the message does not contain the text
 */
export function parseLabelMatchers(text: string): readonly LabelMatcher[] {
  if (text.length > MAX_LENGTH) throw new SyntaxError(`Longer than ${MAX_LENGTH} characters`);
  const matchers: LabelMatcher[] = [];
  MATCHER.lastIndex = 0;
  let rest = text.length;
  while (rest > 0) {
    const match = MATCHER.exec(text);
    if (!match) throw new SyntaxError(`Not a label matcher, from character ${text.length - rest + 1} on`);
    const [, label = '', operator = '', inDouble, inSingle] = match;
    matchers.push({
      label,
      operator: operator as MatchOperator,
      value: unescapeValue(inDouble ?? inSingle ?? ''),
    });
    // A trailing comma is allowed, as in Prometheus.
    rest = text.slice(MATCHER.lastIndex).trim() === '' ? 0 : text.length - MATCHER.lastIndex;
  }
  return matchers;
}

/** Formats matchers as a list, with escaped values. */
export function formatLabelMatchers(matchers: readonly LabelMatcher[]): string {
  return matchers.map(({ label, operator, value }) => `${label}${operator}${quote(value)}`).join(',');
}

/** Returns a regular expression that matches exactly these texts. */
export function anyOf(texts: readonly string[]): string {
  return texts.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
}

function unescapeValue(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => ESCAPED[character] ?? character);
}

function quote(value: string): string {
  const escaped = value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\t/g, '\\t');
  return `"${escaped}"`;
}
