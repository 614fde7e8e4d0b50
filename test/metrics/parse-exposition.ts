/** Contains the content of an exposition, independent of its format. */
export interface ParsedExposition {
  /** The values as written, by `name{label="value",…}` with sorted labels. */
  readonly samples: ReadonlyMap<string, string>;
  /** The families by the name in the `# TYPE` line. */
  readonly types: ReadonlyMap<string, string>;
  readonly helps: ReadonlyMap<string, string>;
}

const METADATA = /^# (HELP|TYPE|UNIT) ([a-zA-Z_:][\w:]*) (.*)$/;
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:\\[\\"n]|[^\\"\n])*",?)*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:\\[\\"n]|[^\\"\n])*)"/g;

/**
 * Parses both formats by their grammar, line by line, independently of the code that writes them.
 * @throws SyntaxError for an invalid line, a repeated sample, or a family in two places
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

/** Parses the labels of a sample line. */
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
