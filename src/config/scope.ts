import type { ReadFile } from './files.ts';
import type { Input, MapInput } from './input.ts';
import { isNull } from './input.ts';
import type { Shown } from './kinds/kind.ts';
import type { RunProgram } from './logins/run-program.ts';
import type { Report } from './problem.ts';
import type { Overrides, ReadSettings, Settings } from './settings.ts';
import { readSettings } from './settings.ts';

/** The sources and functions with which the sections of the configuration are read. */
export interface Scope extends Overrides {
  /** The content of the configuration file; undefined if there is none. */
  readonly file: MapInput | undefined;
  readonly report: Report;
  readonly readFile: ReadFile;
  readonly runProgram: RunProgram;
  readonly checkWebConfig: CheckWebConfig;
}

/** Reads a web configuration file (exporter-toolkit format) and returns its problems. */
export type CheckWebConfig = (path: string) => Promise<readonly WebConfigProblem[]>;

/** A problem of a web configuration file; without a line it concerns the whole file. */
export interface WebConfigProblem {
  readonly line: number | undefined;
  readonly key: string;
  readonly message: string;
}

/** The value of a section, and the form in which `/config` shows it. */
export interface Section<T> {
  readonly value: T;
  readonly shown: Shown;
}

/** Reads a section whose value is a map. */
export function readSection<S extends Settings>(scope: Scope, name: string, settings: S): ReadSettings<S> {
  const input = scope.file?.entries.get(name)?.input;
  const isMap = input?.kind === 'map';
  if (input && !isMap && !isNull(input)) {
    const allowed = `a map with the keys ${Object.keys(settings).join(', ')}`;
    scope.report({ place: input.place, key: name, message: 'Not a map', allowed });
  }
  return readSettings(settings, isMap ? input : undefined, name, scope.report, scope);
}

/**
 * Reports the message of `check` if it rejects.
 * @param key the key path that is reported
 * @param input the value that `check` is about; without it nothing is checked
 */
export async function reportUnusable(
  scope: Scope,
  key: string,
  input: Input | undefined,
  check: () => Promise<unknown>,
): Promise<void> {
  if (!input) return;
  try {
    await check();
  } catch (error) {
    scope.report({
      place: input.place,
      key,
      message: error instanceof Error ? error.message : String(error),
    });
  }
}
