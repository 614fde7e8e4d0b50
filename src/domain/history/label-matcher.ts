/** A condition on a label, as PromQL writes it: `cluster=~"prod.*"`. */
export interface LabelMatcher {
  readonly label: string;
  readonly operator: MatchOperator;
  /** The value itself, without quotes or escapes; for `=~` and `!~` a regular expression in RE2's syntax. */
  readonly value: string;
}

/** How a label is compared. */
export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** What a list of matchers may look like, for error messages. */
export const LABEL_MATCHERS_FORM =
  'a list of label matchers without braces, such as job="headroom",cluster=~"prod.*"';

/** Longest list that is read, in characters: no list that a person writes is longer. */
const MAX_LENGTH = 4_096;
/**
 * One matcher (https://prometheus.io/docs/prometheus/latest/querying/basics/#instant-vector-selectors), and the comma
 * after it. Of Go's escapes those that a label value can need.
 */
const MATCHER =
  /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\\n]|\\[\\"'nt])*)"|'((?:[^'\\\n]|\\[\\"'nt])*)')\s*(,|$)/y;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t' };

/**
 * Reads a list of label matchers. Whatever it returns was understood as a whole, so that nothing in it can end a
 * selector early or begin another one.
 * @throws SyntaxError when it is not one, without the text
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
    // A comma may stand at the end, as in Prometheus itself.
    rest = text.slice(MATCHER.lastIndex).trim() === '' ? 0 : text.length - MATCHER.lastIndex;
  }
  return matchers;
}

/** Writes matchers as a list, every value escaped. */
export function formatLabelMatchers(matchers: readonly LabelMatcher[]): string {
  return matchers.map(({ label, operator, value }) => `${label}${operator}${quote(value)}`).join(',');
}

/** A regular expression that matches one of these texts and nothing else. */
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
