import { COMPATIBILITY_NAMES } from '../../domain/compatibility.ts';
import type { MetricsConfig } from '../config.ts';
import { oneOf } from '../kinds/choice.ts';
import { distinct, listOf } from '../kinds/list.ts';
import type { Scope, Section } from '../scope.ts';
import { readSection } from '../scope.ts';
import { setting } from '../setting.ts';

const compatibility = distinct(listOf(oneOf(COMPATIBILITY_NAMES), { nouns: 'exporters', orNone: true }));

/** The section `metrics`. */
export const METRICS_SETTINGS = { compatibility: setting(compatibility, []) };

/** Reads the section `metrics`. */
export function readMetrics(scope: Scope): Section<MetricsConfig> {
  const { values, shown } = readSection(scope, 'metrics', METRICS_SETTINGS);
  return { value: values, shown };
}
