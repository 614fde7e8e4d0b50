import type { FlagName, Flags } from './flags.ts';
import {
  type Environment,
  environmentInput,
  formatPlace,
  type Input,
  isNull,
  type MapInput,
  type Place,
} from './input.ts';
import type { JsonSchema, Kind, Shown } from './kinds/kind.ts';
import { nearest, type Report } from './problem.ts';

/** A key of the configuration: its kind of value, its default, and the flag and environment variable that can set it. */
export interface Setting<T> {
  readonly kind: Kind<T & {}>;
  readonly fallback: T;
  /** The flag that sets this key; undefined if there is none. */
  readonly flag?: FlagName;
  /** The environment variable that sets this key; undefined if there is none. */
  readonly variable?: string;
}

/** The allowed keys of a map of the configuration. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The type of a setting's value. */
type ValueOf<S> = S extends Setting<infer T> ? T : never;

interface SettingOverrides {
  readonly flag?: FlagName;
  readonly variable?: string;
}

/** Defines a key with a default. */
export function setting<T extends {}>(
  kind: Kind<T>,
  fallback: T,
  otherWays: SettingOverrides = {},
): Setting<T> {
  return { kind, fallback, ...otherWays };
}

/** Defines a key without a default: its value is undefined if it is not written. */
export function optional<T extends {}>(
  kind: Kind<T>,
  otherWays: SettingOverrides = {},
): Setting<T | undefined> {
  return { kind, fallback: undefined, ...otherWays };
}

/** Sources that override the configuration file: a flag overrides a variable, a variable overrides the file. */
export interface Overrides {
  readonly flags: Pick<Flags, 'values'>;
  readonly env: Environment;
}

/** The result of reading settings. A setting with a problem has its default, so that reading can continue. */
export interface ReadSettings<S extends Settings> {
  readonly values: { readonly [K in keyof S]: ValueOf<S[K]> };
  /** The value as written, with its place; undefined if the default applies. */
  readonly written: { readonly [K in keyof S]: Input | undefined };
  readonly shown: { readonly [key: string]: Shown };
}

/**
 * Reads the keys of a map, each from the source with the highest precedence, and reports unknown keys.
 * @param file the map in the configuration file; undefined if it is not written
 * @param key the path of the map, such as `credentials[2].route`; empty for the root
 * @param overrides none by default: nested maps are only read from the file
 */
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

/** Reports every key of a map that is not in `known`, with a suggestion for a misspelled one. */
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
  const fromFile = file && kind.nullIsUnset && isNull(file) ? undefined : file;
  return fromFlag || fromEnvironment || fromFile;
}

/** The result of reading a map, with its place and key path for rules that concern several of its keys. */
export interface ReadMap<S extends Settings> extends ReadSettings<S> {
  readonly place: Place;
  readonly key: string;
}

/** Returns the JSON Schema of a map with these keys: a description and the default of each, which editors show. */
export function schemaOfMap(settings: Settings): JsonSchema {
  const properties = Object.entries(settings).map(([name, { kind, fallback }]) => {
    const hasDefault = fallback !== undefined && fallback !== null;
    const shown = hasDefault ? { default: kind.show(fallback) } : {};
    return [name, { description: sentence(kind.allowed), ...shown, ...kind.schema }];
  });
  return {
    type: ['object', 'null'],
    additionalProperties: false,
    properties: Object.fromEntries(properties),
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Creates the kind of a map with these keys and no others. */
export function mapOf<S extends Settings>(settings: S): Kind<ReadMap<S>> {
  const allowed = `a map with the keys ${Object.keys(settings).join(', ')}`;
  function read(input: Input, key: string, report: Report): ReadMap<S> | undefined {
    if (input.kind === 'map') {
      return { ...readSettings(settings, input, key, report), place: input.place, key };
    }
    // The value is not shown: it may be a password in the wrong place.
    report({ place: input.place, key, message: 'Not a map', allowed });
    return undefined;
  }
  const schema = schemaOfMap(settings);
  return { allowed, schema, nullIsUnset: true, read, show: ({ shown }) => shown };
}

/** An entry of a list, identified by its name. */
interface NamedEntry {
  readonly key: string;
  readonly place: Place;
  readonly values: { readonly name: string | undefined };
  readonly written: { readonly name: Input | undefined };
}

/** Reports entries without a name, and names that are used more than once. */
export function reportDuplicateNames(
  entries: readonly NamedEntry[],
  { allowed }: Pick<Kind<string>, 'allowed'>,
  report: Report,
): void {
  const places = new Map<string, Place>();
  for (const { key, place, values, written } of entries) {
    const { name } = values;
    if (!written.name) report({ place, key: `${key}.name`, message: 'The name is missing', allowed });
    if (name === undefined || !written.name) continue;
    const first = places.get(name);
    if (first) {
      const message = `Duplicate name, first used at ${formatPlace(first)}`;
      report({ place: written.name.place, key: `${key}.name`, message, found: JSON.stringify(name) });
    }
    places.set(name, first ?? written.name.place);
  }
}
