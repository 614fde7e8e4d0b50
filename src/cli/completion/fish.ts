import type { FlagRule } from '../../config/flags.ts';
import { type Surface, valueKind } from './surface.ts';

/** A completion for fish. */
export function completeFish(surfaces: readonly Surface[]): string {
  const lines = surfaces.flatMap((surface) => {
    const condition = conditionFor(surface);
    return [
      ...surface.commands.map(
        ({ name, about }) => `complete -c headroom -n ${condition} -f -a ${name} -d ${quote(about)}`,
      ),
      ...(surface.words.length === 0
        ? []
        : [`complete -c headroom -n ${condition} -f -a ${quote(surface.words.join(' '))}`]),
      ...surface.flags.map((flag) => `complete -c headroom -n ${condition} ${flagWords(flag)}`),
    ];
  });
  const takesFiles = quote('__fish_seen_subcommand_from plan forecast');
  return `# fish completion of headroom. In ~/.config/fish/config.fish: headroom completion fish | source
complete -c headroom -f
complete -c headroom -n ${takesFiles} -F
${lines.join('\n')}
`;
}

/** Where the words have led: behind the path, and behind no command below it. */
function conditionFor({ path, commands }: Surface): string {
  const seen = path.split(' ').map((name) => `__fish_seen_subcommand_from ${name}`);
  const names = commands.map(({ name }) => name).join(' ');
  const conditions = [
    ...(path === '' ? [] : seen),
    ...(names === '' ? [] : [`not __fish_seen_subcommand_from ${names}`]),
  ];
  return quote(conditions.join('; and '));
}

function flagWords(flag: FlagRule): string {
  const short = flag.short === undefined ? '' : ` -s ${flag.short}`;
  const words = `-l ${flag.name}${short} -d ${quote(flag.about)}`;
  switch (valueKind(flag)) {
    case 'none':
      return words;
    case 'choice':
      return `${words} -x -a ${quote((flag.choices ?? []).join(' '))}`;
    case 'path':
      return `${words} -r -F`;
    case 'unknown':
      return `${words} -x`;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
