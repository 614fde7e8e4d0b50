import { createHash } from 'node:crypto';
import { toWellFormed } from '../kit/foreign-text.ts';
import type { Family, FamilyHeader, Sample } from './family.ts';

/** The longest label value, in UTF-16 units: whoever chooses a value must not choose how much Prometheus stores. */
export const MAX_LABEL_LENGTH = 255;

/** Nearly every value: nothing in it has to be escaped or repaired. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const TO_ESCAPE = /[\\"\n]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };
const DIGEST_LENGTH = 8;

/**
 * Writes a label value as it stands between its quotes, the same in both formats: backslash, quote and line feed
 * escaped, at most `MAX_LABEL_LENGTH` long, invalid UTF-16 replaced. A value that loses something ends in `~` and a
 * digest of the whole, so that two series never become one, which would make Prometheus refuse the scrape.
 */
export function formatLabelValue(text: string): string {
  if (text.length <= MAX_LABEL_LENGTH && PLAIN.test(text)) return text;
  return repair(text).replace(TO_ESCAPE, (character) => ESCAPES[character] ?? character);
}

function repair(text: string): string {
  const wellFormed = toWellFormed(text);
  if (wellFormed === text && text.length <= MAX_LABEL_LENGTH) return text;
  const digest = createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex');
  const kept = toWellFormed(wellFormed.slice(0, MAX_LABEL_LENGTH - DIGEST_LENGTH - 1));
  return `${kept}~${digest.slice(0, DIGEST_LENGTH)}`;
}

/** The two formats in which metrics are written. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** What `Content-Type` says of each format. Prometheus 3 refuses a scrape whose type is missing or unknown. */
export const CONTENT_TYPES: Readonly<Record<ExpositionFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** What ends a whole exposition: OpenMetrics tells a complete one from a cut one. */
export const ENDINGS: Readonly<Record<ExpositionFormat, string>> = { text: '', openmetrics: '# EOF\n' };

const TOTAL = /_total$/;
const UNIT = /_(seconds|bytes)$/;
const BACKSLASH_OR_LINE_FEED = /[\\\n]/g;
const QUOTE = /"/g;

/**
 * Writes families. The formats differ in the lines above the samples only: a counter's name there, the unit, and the
 * escaping of the help text. Sample lines are the same bytes in both, so that they can be kept and shared.
 *
 * OpenMetrics recommends `_created` samples. They are left out as in Prometheus' own Go client, since Prometheus 2
 * stores each as one more series.
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

/** Writes what stands above the samples of a family. */
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

/** Writes sample lines, the same in both formats. Joined, not concatenated: these strings are kept and read often. */
export function formatSamples(familyName: string, samples: readonly Sample[]): string {
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
