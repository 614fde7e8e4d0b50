import { COMPATIBILITY_NAMES } from '../../domain/compatibility.ts';
import { LOG_FORMATS, LOG_LEVELS, type LogConfig, type MetricsConfig } from '../config.ts';
import { oneOf } from '../kinds/choice.ts';
import { distinct, listOf } from '../kinds/collection.ts';
import { readSection, type Scope, type Section } from '../scope.ts';
import { setting } from '../settings.ts';

const compatibility = distinct(listOf(oneOf(COMPATIBILITY_NAMES), { nouns: 'exporters', allowEmpty: true }));

/** The keys of the section `metrics`. */
export const METRICS_SETTINGS = { compatibility: setting(compatibility, []) };

/** Reads the section `metrics`. */
export function readMetrics(scope: Scope): Section<MetricsConfig> {
  const { values, shown } = readSection(scope, 'metrics', METRICS_SETTINGS);
  return { value: values, shown };
}

/** The keys of the section `log`. */
export const LOG_SETTINGS = {
  level: setting(oneOf(LOG_LEVELS), 'info', { flag: 'log.level', variable: 'HEADROOM_LOG_LEVEL' }),
  format: setting(oneOf(LOG_FORMATS), 'logfmt', { flag: 'log.format', variable: 'HEADROOM_LOG_FORMAT' }),
};

/** Reads the section `log`. */
export function readLog(scope: Scope): Section<LogConfig> {
  const { values, shown } = readSection(scope, 'log', LOG_SETTINGS);
  return { value: values, shown };
}
