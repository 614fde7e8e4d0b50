import { type Surface, valueKind } from './surface.ts';

/** The patterns of `$path $flag` whose value is one of a few words, a branch each. */
export function choiceCases(surfaces: readonly Surface[], branch: (words: string) => string): string[] {
  return surfaces.flatMap(({ path, flags }) =>
    flags.flatMap((flag) =>
      valueKind(flag) === 'choice'
        ? [`    '${path} --${flag.name}') ${branch((flag.choices ?? []).join(' '))} ;;`]
        : [],
    ),
  );
}

/** One branch for every `$path $flag` whose value is of that kind. */
export function valueCase(surfaces: readonly Surface[], kind: 'path' | 'unknown', branch: string): string[] {
  const patterns = surfaces.flatMap(({ path, flags }) =>
    flags.flatMap((flag) => (valueKind(flag) === kind ? [`'${path} --${flag.name}'`] : [])),
  );
  return patterns.length === 0 ? [] : [`    ${patterns.join(' | ')}) ${branch} ;;`];
}

/** What may stand behind each path: commands and flags. */
export function wordCases(surfaces: readonly Surface[]): string[] {
  return surfaces.map(({ path, commands, words: own, flags }) => {
    const words = [...commands.map(({ name }) => name), ...own, ...flags.map(({ name }) => `--${name}`)];
    return `    '${path}') words='${words.join(' ')}' ;;`;
  });
}

/** The commands that have others below them, as a pattern. */
export function groupPattern(surfaces: readonly Surface[]): string {
  return surfaces
    .filter(({ path, commands }) => path !== '' && commands.length > 0)
    .map(({ path }) => path)
    .join(' | ');
}
