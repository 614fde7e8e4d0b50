/** One alternative of an `Accept` or `Accept-Encoding` header. */
export interface Alternative {
  /** Lower case: `text/plain`, `gzip`. */
  readonly value: string;
  /** By lower-case name, without `q`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** From 0, not acceptable, to 1, the default. */
  readonly quality: number;
}

const QUOTED = /^"(.*)"$/;

/**
 * Reads a list of alternatives with quality values (RFC 9110, section 12.4.2). A quality that cannot be read is 0:
 * then the alternative is not offered by mistake.
 */
export function parseQualityList(header: string): readonly Alternative[] {
  const alternatives: Alternative[] = [];
  for (const item of header.split(',')) {
    const [value = '', ...pairs] = item.split(';').map((part) => part.trim());
    if (value === '') continue;
    const { q, ...parameters } = Object.fromEntries(pairs.map(parsePair));
    alternatives.push({ value: value.toLowerCase(), parameters, quality: parseQuality(q) });
  }
  return alternatives;
}

function parsePair(pair: string): readonly [string, string] {
  const equals = pair.indexOf('=');
  if (equals < 0) return [pair.toLowerCase(), ''];
  const text = pair.slice(equals + 1).trim();
  return [pair.slice(0, equals).trim().toLowerCase(), QUOTED.exec(text)?.[1] ?? text];
}

function parseQuality(text: string | undefined): number {
  if (text === undefined) return 1;
  const quality = text === '' ? Number.NaN : Number(text);
  return quality >= 0 && quality <= 1 ? quality : 0;
}
