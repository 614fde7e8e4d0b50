import type { Input } from '../input.ts';
import type { Report } from '../problem.ts';
import type { Kind } from './kind.ts';

/** Which names a map takes for its keys. */
export interface NameRules {
  /** What a name is, with its article: `a label`. */
  readonly noun: string;
  readonly allowed: string;
  /** Why a name is refused, a sentence without a full stop; undefined for a good one. */
  readonly refuse: (name: string) => string | undefined;
}

/** A value with where it was written. */
export interface FreeEntry<T> {
  readonly value: T;
  readonly input: Input;
}

/** A map whose keys are the user's to choose. */
export function freeMap<T>(names: NameRules, item: Kind<T>): Kind<ReadonlyMap<string, FreeEntry<T>>> {
  const allowed = `a map of ${names.noun} to ${item.allowed}`;
  function read(input: Input, key: string, report: Report): ReadonlyMap<string, FreeEntry<T>> | undefined {
    if (input.kind !== 'map') {
      // The value is not shown: a secret may stand where its map should be.
      report({ place: input.place, key, message: 'Not a map', allowed });
      return undefined;
    }
    const entries = [...input.entries].flatMap(([name, entry]): [string, FreeEntry<T>][] => {
      const refused = names.refuse(name);
      if (refused !== undefined) {
        report({ place: entry.keyPlace, key: `${key}.${name}`, message: refused, allowed: names.allowed });
      }
      const value = item.read(entry.input, `${key}.${name}`, report);
      return value === undefined ? [] : [[name, { value, input: entry.input }]];
    });
    return new Map(entries);
  }
  return {
    allowed,
    nothingIsUnset: true,
    read,
    show: (map) => Object.fromEntries([...map].map(([name, { value }]) => [name, item.show(value)])),
  };
}
