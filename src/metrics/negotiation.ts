import type { ExpositionFormat } from './exposition-format.ts';

/** One alternative of an `Accept` or `Accept-Encoding` header. */
interface Alternative {
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

/** The media type and version of each format; a range that asks for another version does not mean it. */
const MEDIA: Readonly<Record<ExpositionFormat, { type: string; version: string }>> = {
  text: { type: 'text/plain', version: '0.0.4' },
  openmetrics: { type: 'application/openmetrics-text', version: '1.0.0' },
};

/** How well a range fits a format: the closest one decides (RFC 9110, section 12.5.1). */
interface Match {
  readonly quality: number;
  /** 3 type and version, 2 type, 1 `type/*`, 0 anything. */
  readonly closeness: number;
}

/** From which closeness on a format counts as asked for by name. */
const BY_NAME = 2;

/**
 * Chooses the format from an `Accept` header. OpenMetrics is sent to those who ask for it by name, at least as gladly
 * as for text; everybody else gets text, also who accepts neither: a readable answer helps more than a 406.
 *
 * Prometheus 2 sends OpenMetrics 1.0.0, then 0.0.1, text 0.0.4, and anything, each with less quality.
 * Prometheus 3 adds `escaping=allow-utf-8` and `text/plain;version=1.0.0`; our names are ASCII, so that neither
 * changes a byte.
 */
export function negotiateFormat(accept: string | undefined): ExpositionFormat {
  const ranges = parseQualityList(accept ?? '');
  const text = closestMatch(ranges, 'text');
  const openmetrics = closestMatch(ranges, 'openmetrics');
  const isNamed = openmetrics.quality > 0 && openmetrics.closeness >= BY_NAME;
  return isNamed && openmetrics.quality >= text.quality ? 'openmetrics' : 'text';
}

/** Whether an `Accept-Encoding` header allows gzip. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const codings = parseQualityList(acceptEncoding ?? '');
  const gzip = codings.find(({ value }) => value === 'gzip') ?? codings.find(({ value }) => value === '*');
  return gzip !== undefined && gzip.quality > 0;
}

function closestMatch(ranges: readonly Alternative[], format: ExpositionFormat): Match {
  let closest: Match = { quality: 0, closeness: -1 };
  for (const range of ranges) {
    const closeness = closenessOf(range, format);
    const isCloser = closeness > closest.closeness;
    if (isCloser || (closeness === closest.closeness && range.quality > closest.quality)) {
      closest = { quality: closeness < 0 ? 0 : range.quality, closeness };
    }
  }
  return closest;
}

function closenessOf({ value, parameters }: Alternative, format: ExpositionFormat): number {
  const { type, version } = MEDIA[format];
  if (value === '*/*') return 0;
  if (value === `${type.split('/')[0]}/*`) return 1;
  if (value !== type) return -1;
  if (parameters.version === undefined) return 2;
  return parameters.version === version ? 3 : -1;
}
