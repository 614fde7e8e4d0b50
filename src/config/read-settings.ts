import type { Environment } from './environment.ts';
import { environmentInput } from './environment.ts';
import type { Flags } from './flags.ts';
import type { Input, MapInput } from './input.ts';
import { isNothing } from './input.ts';
import type { Shown } from './kinds/kind.ts';
import { nearest } from './nearest.ts';
import type { Report } from './problem.ts';
import type { Setting, Settings, ValueOf } from './setting.ts';

/** What stands above the configuration file: a flag counts more than a variable, a variable more than the file. */
export interface Overrides {
  readonly flags: Pick<Flags, 'values'>;
  readonly env: Environment;
}

/** Settings as they were read. A setting with a problem has its default, so that reading can go on. */
export interface ReadSettings<S extends Settings> {
  readonly values: { readonly [K in keyof S]: ValueOf<S[K]> };
  /** What was written, with its place; undefined where the default holds. */
  readonly written: { readonly [K in keyof S]: Input | undefined };
  readonly shown: { readonly [key: string]: Shown };
}

/** Reads the keys of one map, each from the strongest place that has it, and reports the keys that are not known. */
export function readSettings<S extends Settings>(
  settings: S,
  file: MapInput | undefined,
  key: string,
  report: Report,
  overrides?: Overrides,
): ReadSettings<S> {
  reportUnknownKeys(file, Object.keys(settings), key, report);
  const rows = Object.entries(settings).map(([name, setting]) => {
    const input = strongest(setting, file?.entries.get(name)?.input, overrides);
    const path = key === '' ? name : `${key}.${name}`;
    const value = (input && setting.kind.read(input, path, report)) ?? setting.fallback;
    return { name, input, value, shown: value == null ? undefined : setting.kind.show(value) };
  });
  return {
    values: Object.fromEntries(rows.map(({ name, value }) => [name, value])) as ReadSettings<S>['values'],
    written: Object.fromEntries(rows.map(({ name, input }) => [name, input])) as ReadSettings<S>['written'],
    shown: Object.fromEntries(rows.map(({ name, shown }) => [name, shown])),
  };
}

/** Reports every key that is not one of `known`, with the one that was probably meant. */
export function reportUnknownKeys(
  file: MapInput | undefined,
  known: readonly string[],
  key: string,
  report: Report,
): void {
  for (const [name, { keyPlace }] of file?.entries ?? []) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    report({
      place: keyPlace,
      key: key === '' ? name : `${key}.${name}`,
      message: meant === undefined ? 'Unknown key' : `Unknown key, did you mean ${meant}`,
      allowed: known.join(', '),
    });
  }
}

function strongest(
  { flag, variable, kind }: Setting<unknown>,
  file: Input | undefined,
  overrides: Overrides | undefined,
): Input | undefined {
  const fromFlag = flag && overrides?.flags.values.get(flag);
  const fromEnvironment = variable && overrides ? environmentInput(overrides.env, variable) : undefined;
  const fromFile = file && kind.nothingIsUnset && isNothing(file) ? undefined : file;
  return fromFlag || fromEnvironment || fromFile;
}
