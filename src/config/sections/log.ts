import type { LogConfig } from '../config.ts';
import { LOG_FORMATS, LOG_LEVELS } from '../config.ts';
import { oneOf } from '../kinds/choice.ts';
import type { Scope, Section } from '../scope.ts';
import { readSection } from '../scope.ts';
import { setting } from '../setting.ts';

/** The section `log`. */
export const LOG_SETTINGS = {
  level: setting(oneOf(LOG_LEVELS), 'info', { flag: 'log.level', variable: 'HEADROOM_LOG_LEVEL' }),
  format: setting(oneOf(LOG_FORMATS), 'logfmt', { flag: 'log.format', variable: 'HEADROOM_LOG_FORMAT' }),
};

/** Reads the section `log`. */
export function readLog(scope: Scope): Section<LogConfig> {
  const { values, shown } = readSection(scope, 'log', LOG_SETTINGS);
  return { value: values, shown };
}
