import { REDACTED } from '../kit/secret.ts';
import type { Shown } from './kinds/kind.ts';

/** Words that YAML 1.1 or 1.2 parses as a boolean or null. */
const NOT_TEXT = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
/** Texts that YAML 1.1 parses as a number or a time: `1_000`, `1:30`, `0x_1F`, `E0`, `2026-01-01T…`. */
const NUMERIC = /^(?:[\d:._+-]+|0[box][\da-f_]+|[\d_]*(?:\.[\d_]*)?e[-+]?\d+|\d{4}-\d\d?-\d\d?T.*)$/i;
const PLAIN = /^[a-z\d/](?:[\w./:@+-]*[\w/])?$/i;

/** Formats values as YAML in block style with a final newline; omits undefined keys. */
export function toYaml(shown: Readonly<Record<string, Shown>>): string {
  return `${mapLines(shown).join('\n')}\n`;
}

function mapLines(map: Readonly<Record<string, Shown>>): string[] {
  return Object.entries(map).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const lines = linesOf(value);
    return isBlock(value) ? [`${key}:`, ...lines.map((line) => `  ${line}`)] : [`${key}: ${lines[0]}`];
  });
}

function linesOf(value: Shown): string[] {
  if (isList(value)) {
    if (value.length === 0) return ['[]'];
    return value.flatMap((item) => linesOf(item).map((line, i) => `${i === 0 ? '- ' : '  '}${line}`));
  }
  if (typeof value !== 'object') return [scalar(value)];
  const lines = mapLines(value);
  return lines.length === 0 ? ['{}'] : lines;
}

function isBlock(value: Shown): boolean {
  if (isList(value)) return value.length > 0;
  return typeof value === 'object' && Object.values(value).some((part) => part !== undefined);
}

function isList(value: Shown): value is readonly Shown[] {
  return Array.isArray(value);
}

/** Formats a scalar; a string is quoted as in JSON unless every YAML version parses it as a string. */
function scalar(value: string | number | boolean | undefined): string {
  if (typeof value !== 'string') return String(value);
  const isNumber = NUMERIC.test(value) || !Number.isNaN(Number(value));
  const isPlain = PLAIN.test(value) && !NOT_TEXT.test(value) && !isNumber;
  return isPlain || value === REDACTED ? value : JSON.stringify(value);
}
