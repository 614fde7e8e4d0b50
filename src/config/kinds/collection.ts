import { type Input, showInput } from '../input.ts';
import type { Report } from '../problem.ts';
import type { Kind } from './kind.ts';

/** How a list is written. */
interface ListRules {
  /** What its items are, in the plural. */
  readonly nouns: string;
  /** Whether one item may stand there without a list. */
  readonly allowSingle?: boolean;
  /** Whether it may be empty. */
  readonly allowEmpty?: boolean;
}

/** A list of values of one kind. */
export function listOf<T>(
  item: Kind<T>,
  { nouns, allowSingle: orOne = false, allowEmpty: orNone = false }: ListRules,
): Kind<readonly T[]> {
  const allowed = `${orOne ? 'one or ' : ''}a list of ${nouns}${item.allowed === '' ? '' : `: ${item.allowed}`}`;
  function read(input: Input, key: string, report: Report): readonly T[] | undefined {
    if (input.kind !== 'list') {
      if (orOne && input.kind === 'scalar') return asList(item.read(input, key, report));
      report({
        place: input.place,
        key,
        message: 'Not a list',
        found: input.kind === 'map' ? 'a map' : undefined,
        allowed,
      });
      return undefined;
    }
    if (input.items.length === 0 && !orNone) {
      report({ place: input.place, key, message: 'An empty list', allowed });
      return undefined;
    }
    return input.items.flatMap((one, i) => asList(item.read(one, `${key}[${i}]`, report)) ?? []);
  }
  return { allowed, nullIsUnset: true, read, show: (values) => values.map((value) => item.show(value)) };
}

function asList<T>(value: T | undefined): readonly T[] | undefined {
  return value === undefined ? undefined : [value];
}

/** A list in which nothing may stand twice. */
export function distinct<T>(list: Kind<readonly T[]>): Kind<readonly T[]> {
  function read(input: Input, key: string, report: Report): readonly T[] | undefined {
    if (input.kind === 'list') {
      const seen = new Set<string>();
      for (const [i, item] of input.items.entries()) {
        const text = showInput(item);
        if (item.kind === 'scalar' && seen.has(text)) {
          report({ place: item.place, key: `${key}[${i}]`, message: 'Stands there twice', found: text });
        }
        seen.add(text);
      }
    }
    return list.read(input, key, report);
  }
  return { ...list, read };
}

/** Which names a map takes for its keys. */
export interface NameRules {
  /** What a name is, with its article: `a label`. */
  readonly noun: string;
  readonly allowed: string;
  /** Why a name is refused, a sentence without a full stop; undefined for a good one. */
  readonly reject: (name: string) => string | undefined;
}

/** A value with where it was written. */
interface FreeEntry<T> {
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
      const refused = names.reject(name);
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
    nullIsUnset: true,
    read,
    show: (map) => Object.fromEntries([...map].map(([name, { value }]) => [name, item.show(value)])),
  };
}
