import type { HistoryConfig } from '../config.ts';
import { HISTORY_BACKENDS } from '../config.ts';
import { oneOf } from '../kinds/choice.ts';
import { durationMs } from '../kinds/duration.ts';
import { fileToWrite } from '../kinds/file-path.ts';
import type { Scope, Section } from '../scope.ts';
import { readSection } from '../scope.ts';
import { setting } from '../setting.ts';

const DAY_MS = 86_400_000;

/** The section `history`. */
export const HISTORY_SETTINGS = {
  backend: setting(oneOf(HISTORY_BACKENDS), 'sqlite'),
  path: setting(fileToWrite, 'data/headroom.db', {
    flag: 'history.path',
    variable: 'HEADROOM_HISTORY_PATH',
  }),
  retention: setting(durationMs(DAY_MS, 3_650 * DAY_MS), 90 * DAY_MS),
};

/** Reads the section `history`. */
export function readHistory(scope: Scope): Section<HistoryConfig> {
  const { values, written, shown } = readSection(scope, 'history', HISTORY_SETTINGS);
  const { backend, path, retention } = values;
  return {
    value: { backend, path, isDefaultPath: written.path === undefined, retentionMs: retention },
    shown,
  };
}
