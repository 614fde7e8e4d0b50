import type { ExpositionFormat } from './exposition-format.ts';

/** Contains one alternative of an `Accept` or `Accept-Encoding` header. */
interface Alternative {
  /** The value in lower case: `text/plain`, `gzip`. */
  readonly value: string;
  /** The parameters by name in lower case, without `q`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The quality, from 0 (not acceptable) to 1 (default). */
  readonly quality: number;
}

const QUOTED = /^"(.*)"$/;

/**
 * Parses a list of alternatives with quality values (RFC 9110, section 12.4.2). An invalid quality is read as 0, so that
 * the alternative is not chosen by mistake.
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

/** The media type and version of each format. A media range with another version does not match. */
const MEDIA: Readonly<Record<ExpositionFormat, { type: string; version: string }>> = {
  text: { type: 'text/plain', version: '0.0.4' },
  openmetrics: { type: 'application/openmetrics-text', version: '1.0.0' },
};

/** Describes how closely a media range matches a format. The closest range decides (RFC 9110, section 12.5.1). */
interface Match {
  readonly quality: number;
  /** 3 type and version, 2 type, 1 `type/*`, 0 anything. */
  readonly closeness: number;
}

/** From which closeness on a range names the format. */
const BY_NAME = 2;

/**
 * Chooses the format by the `Accept` header. Returns OpenMetrics if the header names it with at least the quality of text.
 * Otherwise returns text, even if the header accepts neither: a readable answer helps more than status 406.
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

/** Reports whether an `Accept-Encoding` header allows gzip. */
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
