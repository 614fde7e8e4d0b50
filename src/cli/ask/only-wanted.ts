import { ConfigError, nearest } from '../../config/problem.ts';

/**
 * Those that `--credential` names, in the order of all; all when it names none.
 * @throws ConfigError for every name that is nobody's
 */
export function onlyWanted<T>(
  all: readonly T[],
  wanted: readonly string[],
  nameOf: (one: T) => string,
): readonly T[] {
  if (wanted.length === 0) return all;
  const names = all.map(nameOf);
  const strangers = wanted.filter((name) => !names.includes(name));
  if (strangers.length > 0) throw new ConfigError(strangers.map((name) => strangerProblem(name, names)));
  return all.filter((one) => wanted.includes(nameOf(one)));
}

function strangerProblem(name: string, names: readonly string[]): ConfigError['problems'][number] {
  const meant = nearest(name, names);
  return {
    place: { kind: 'flag', flag: '--credential' },
    message: `No such credential${meant === undefined ? '' : `, did you mean ${meant}`}`,
    found: name,
    allowed: names.join(', '),
  };
}
