import { createHash } from 'node:crypto';
import { toWellFormed } from '../kit/foreign-text.ts';
import type { Family, FamilyHeader, Sample } from './family.ts';

/** Length of the longest label value, in UTF-16 units, so that foreign values cannot fill the storage of Prometheus. */
export const MAX_LABEL_LENGTH = 255;

/** Matches values without characters that must be escaped or replaced; nearly every value. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const TO_ESCAPE = /[\\"\n]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };
const DIGEST_LENGTH = 8;

/**
 * Formats a label value for the text between its quotes, in the same way for both formats: as `boundLabelValue()`, with backslash,
 * quote and line feed escaped.
 */
export function formatLabelValue(text: string): string {
  if (text.length <= MAX_LABEL_LENGTH && PLAIN.test(text)) return text;
  return boundLabelValue(text).replace(TO_ESCAPE, (character) => ESCAPES[character] ?? character);
}

/**
 * Cuts a label value at `MAX_LABEL_LENGTH` and replaces invalid UTF-16. A value that was cut or replaced ends in `~` and a digest
 * of the original, so that two series never become equal, since Prometheus rejects such a scrape.
 */
export function boundLabelValue(text: string): string {
  const wellFormed = toWellFormed(text);
  if (wellFormed === text && text.length <= MAX_LABEL_LENGTH) return text;
  const digest = createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex');
  const kept = toWellFormed(wellFormed.slice(0, MAX_LABEL_LENGTH - DIGEST_LENGTH - 1));
  return `${kept}~${digest.slice(0, DIGEST_LENGTH)}`;
}

/** A format of the exposition. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** The `Content-Type` of each format. Prometheus 3 rejects a scrape whose type is missing or unknown. */
export const CONTENT_TYPES: Readonly<Record<ExpositionFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** The text at the end of an exposition. In OpenMetrics it shows that the exposition is complete. */
export const ENDINGS: Readonly<Record<ExpositionFormat, string>> = { text: '', openmetrics: '# EOF\n' };

const TOTAL = /_total$/;
const UNIT = /_(seconds|bytes)$/;
const BACKSLASH_OR_LINE_FEED = /[\\\n]/g;
const QUOTE = /"/g;

/**
 * Formats families with their samples. Families without samples are omitted. The formats differ only in the lines above the
 * samples: the name of a counter, the unit, and the escaping of the help text. Sample lines are the same bytes in both, so
 * that they can be cached and shared.
 *
 * OpenMetrics recommends `_created` samples. They are omitted, as in Prometheus' own Go client, since Prometheus 2 stores
 * each as an additional series.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 * https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function formatFamilies(families: readonly Family[], format: ExpositionFormat): string {
  let text = '';
  for (const family of families) {
    const lines = formatSamples(family.name, family.samples);
    if (lines !== '') text += formatHeader(family, format) + lines;
  }
  return text;
}

/** Formats the lines above the samples of a family: `# HELP`, `# TYPE`, and `# UNIT` in OpenMetrics. */
export function formatHeader({ name, type, help }: FamilyHeader, format: ExpositionFormat): string {
  const escapedHelp = help.replace(BACKSLASH_OR_LINE_FEED, (character) =>
    character === '\n' ? '\\n' : '\\\\',
  );
  if (format === 'text') return `# HELP ${name} ${escapedHelp}\n# TYPE ${name} ${type}\n`;
  const family = type === 'counter' ? name.replace(TOTAL, '') : name;
  const unit = UNIT.exec(family)?.[1];
  const unitLine = unit === undefined ? '' : `# UNIT ${family} ${unit}\n`;
  return `# HELP ${family} ${escapedHelp.replace(QUOTE, '\\"')}\n# TYPE ${family} ${type}\n${unitLine}`;
}

/**
 * Formats sample lines, in the same way for both formats.
 * @param familyName the name of samples without a name of their own
 */
export function formatSamples(familyName: string, samples: readonly Sample[]): string {
  // Joined, not concatenated: V8 keeps concatenated strings as trees, and these strings are cached and read often.
  const pieces: string[] = [];
  for (const { name = familyName, labels, value } of samples) {
    pieces.push(name);
    let separator = '{';
    for (const label in labels) {
      pieces.push(separator, label, '="', formatLabelValue(labels[label] ?? ''), '"');
      separator = ',';
    }
    pieces.push(separator === '{' ? ' ' : '} ', formatValue(value), '\n');
  }
  return pieces.join('');
}

function formatValue(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
