import { type Input, type ScalarInput, showInput } from '../input.ts';
import type { Report } from '../problem.ts';
import type { Kind } from './kind.ts';

/** The rules of a list. */
interface ListRules {
  /** The name of its items in the plural. */
  readonly nouns: string;
  /** Whether a single item may be written without a list; default false. */
  readonly allowSingle?: boolean;
  /** Whether the list may be empty; default false. */
  readonly allowEmpty?: boolean;
}

/** Creates the kind of a list of values of one kind. */
export function listOf<T>(
  item: Kind<T>,
  { nouns, allowSingle: orOne = false, allowEmpty: orNone = false }: ListRules,
): Kind<readonly T[]> {
  const allowed = `${orOne ? 'one or ' : ''}a list of ${nouns}${item.allowed === '' ? '' : `: ${item.allowed}`}`;
  function read(input: Input, key: string, report: Report): readonly T[] | undefined {
    if (input.kind !== 'list') {
      if (orOne && input.kind === 'scalar') {
        return separated(input).flatMap((one) => asList(item.read(one, key, report)) ?? []);
      }
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
  const list = { type: ['array', 'null'], items: item.schema, ...(!orNone && { minItems: 1 }) };
  return {
    allowed,
    schema: orOne ? { anyOf: [item.schema, list] } : list,
    nullIsUnset: true,
    read,
    show: (values) => values.map((value) => item.show(value)),
  };
}

/** Separates the values of an environment variable, which are separated by commas. Other inputs are one value. */
function separated(input: ScalarInput): readonly ScalarInput[] {
  if (input.place.kind !== 'environment' || typeof input.value !== 'string') return [input];
  return input.value.split(',').map((value) => ({ ...input, value: value.trim() }));
}

function asList<T>(value: T | undefined): readonly T[] | undefined {
  return value === undefined ? undefined : [value];
}

/** Creates the kind of a list without duplicates. */
export function distinct<T>(list: Kind<readonly T[]>): Kind<readonly T[]> {
  function read(input: Input, key: string, report: Report): readonly T[] | undefined {
    const items = input.kind === 'list' ? input.items : input.kind === 'scalar' ? separated(input) : [];
    const seen = new Set<string>();
    for (const [i, item] of items.entries()) {
      const text = showInput(item);
      if (item.kind === 'scalar' && seen.has(text)) {
        report({ place: item.place, key: `${key}[${i}]`, message: 'Duplicate entry', found: text });
      }
      seen.add(text);
    }
    return list.read(input, key, report);
  }
  return { ...list, read };
}

/** The rules of the keys of a map. */
export interface NameRules {
  /** The name of its keys in the plural: `label names`. */
  readonly noun: string;
  /** Describes the allowed names, for error messages. */
  readonly allowed: string;
  /** Returns why a name is rejected, a sentence without a full stop; undefined for an allowed name. */
  readonly reject: (name: string) => string | undefined;
}

/** A value, and the input that it was read from. */
interface FreeEntry<T> {
  readonly value: T;
  readonly input: Input;
}

/** Creates the kind of a map whose keys the user chooses. */
export function freeMap<T>(names: NameRules, item: Kind<T>): Kind<ReadonlyMap<string, FreeEntry<T>>> {
  const allowed = `a map of ${names.noun} to ${item.allowed}`;
  function read(input: Input, key: string, report: Report): ReadonlyMap<string, FreeEntry<T>> | undefined {
    if (input.kind !== 'map') {
      // The value is not shown: it may be a secret in the wrong place.
      report({ place: input.place, key, message: 'Not a map', allowed });
      return undefined;
    }
    const entries = [...input.entries].flatMap(([name, entry]): [string, FreeEntry<T>][] => {
      const rejected = names.reject(name);
      if (rejected !== undefined) {
        report({ place: entry.keyPlace, key: `${key}.${name}`, message: rejected, allowed: names.allowed });
      }
      const value = item.read(entry.input, `${key}.${name}`, report);
      return value === undefined ? [] : [[name, { value, input: entry.input }]];
    });
    return new Map(entries);
  }
  return {
    allowed,
    schema: { type: ['object', 'null'], additionalProperties: item.schema },
    nullIsUnset: true,
    read,
    show: (map) => Object.fromEntries([...map].map(([name, { value }]) => [name, item.show(value)])),
  };
}
