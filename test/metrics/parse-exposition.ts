/** What an exposition says, however it is written. */
export interface ParsedExposition {
  /** `name{label="value",…}` with its labels sorted, to its value as written. */
  readonly samples: ReadonlyMap<string, string>;
  /** By the name that stands in the `# TYPE` line. */
  readonly types: ReadonlyMap<string, string>;
  readonly helps: ReadonlyMap<string, string>;
}

const METADATA = /^# (HELP|TYPE|UNIT) ([a-zA-Z_:][\w:]*) (.*)$/;
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:\\[\\"n]|[^\\"\n])*",?)*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:\\[\\"n]|[^\\"\n])*)"/g;

/**
 * Reads both formats by their grammar, line by line, apart from the code that writes them.
 * @throws SyntaxError for a line that neither allows, a sample that comes twice, or a family in two places
 */
export function parseExposition(text: string): ParsedExposition {
  const samples = new Map<string, string>();
  const types = new Map<string, string>();
  const helps = new Map<string, string>();
  for (const line of text.split('\n').slice(0, -1)) {
    if (line === '# EOF') continue;
    const [, keyword, family = '', rest = ''] = METADATA.exec(line) ?? [];
    if (keyword === undefined) {
      const [series, value] = parseSample(line);
      if (samples.has(series)) throw new SyntaxError(`Sample comes twice: ${series}`);
      samples.set(series, value);
      continue;
    }
    const target = keyword === 'HELP' ? helps : types;
    if (keyword !== 'UNIT' && target.has(family)) throw new SyntaxError(`Family comes twice: ${family}`);
    if (keyword !== 'UNIT') target.set(family, rest);
  }
  return { samples, types, helps };
}

/** The labels of a sample line, unescaped. */
export function parseLabels(line: string): Record<string, string> {
  const pairs = SAMPLE.exec(line)?.[2] ?? '';
  return Object.fromEntries(
    [...pairs.matchAll(LABEL)].map(([, name, value = '']) => [name, unescapeLabel(value)]),
  );
}

function parseSample(line: string): readonly [string, string] {
  const match = SAMPLE.exec(line);
  if (!match) throw new SyntaxError(`Not a line of an exposition: ${line}`);
  const labels = [...(match[2] ?? '').matchAll(LABEL)].map(([pair]) => pair).sort();
  return [`${match[1]}{${labels.join()}}`, match[3] ?? ''];
}

function unescapeLabel(value: string): string {
  return value.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character));
}
