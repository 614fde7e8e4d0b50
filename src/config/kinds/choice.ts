import { nearest } from '../problem.ts';
import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

/** Creates a kind with a closed set of words or numbers. */
export function oneOf<const T extends string | number>(choices: readonly T[]): Kind<T> {
  const kind = scalarKind<T>({
    noun: 'one of the choices',
    allowed: choices.join(', '),
    schema: { enum: choices },
    parse(value, reject) {
      const choice = choices.find((candidate) => candidate === value);
      if (choice !== undefined) return choice;
      const meant = typeof value === 'string' ? nearest(value, choices.map(String)) : undefined;
      return meant === undefined ? undefined : reject(`Not one of the choices, did you mean ${meant}`);
    },
    show: (value) => value,
  });
  return { ...kind, choices: choices.map(String) };
}

/** `true` or `false`, in the spelling of YAML 1.2. */
export const trueOrFalse: Kind<boolean> = scalarKind({
  noun: 'true or false',
  allowed: 'true, false',
  schema: { type: 'boolean' },
  parse: (value) => (typeof value === 'boolean' ? value : undefined),
  show: (value) => value,
});
