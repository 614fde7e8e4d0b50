import type { ExpositionFormat } from './exposition-format.ts';
import { type Alternative, parseQualityList } from './quality-list.ts';

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
