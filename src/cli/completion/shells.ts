import type { FlagRule } from '../../config/flags.ts';
import { type NamedCommand, type Surface, valueKind } from './surface.ts';

/** Returns a case branch for each `$path $flag` whose value is one of a closed set. */
function choiceCases(surfaces: readonly Surface[], branch: (words: string) => string): string[] {
  return surfaces.flatMap(({ path, flags }) =>
    flags.flatMap((flag) =>
      valueKind(flag) === 'choice'
        ? [`    '${path} --${flag.name}') ${branch((flag.choices ?? []).join(' '))} ;;`]
        : [],
    ),
  );
}

/** Returns one case branch for all `$path $flag` whose value is of that kind; an empty list if there is none. */
function valueCase(surfaces: readonly Surface[], kind: 'path' | 'unknown', branch: string): string[] {
  const patterns = surfaces.flatMap(({ path, flags }) =>
    flags.flatMap((flag) => (valueKind(flag) === kind ? [`'${path} --${flag.name}'`] : [])),
  );
  return patterns.length === 0 ? [] : [`    ${patterns.join(' | ')}) ${branch} ;;`];
}

/** Returns a case branch for each path with the commands, values and flags that may follow. */
function wordCases(surfaces: readonly Surface[]): string[] {
  return surfaces.map(({ path, commands, words: own, flags }) => {
    const words = [...commands.map(({ name }) => name), ...own, ...flags.map(({ name }) => `--${name}`)];
    return `    '${path}') words='${words.join(' ')}' ;;`;
  });
}

/** Returns a case pattern of the commands that have subcommands. */
function groupPattern(surfaces: readonly Surface[]): string {
  return surfaces
    .filter(({ path, commands }) => path !== '' && commands.length > 0)
    .map(({ path }) => path)
    .join(' | ');
}

/** Returns the completion script for bash 3.2 (the version of macOS) or newer. */
export function completeBash(surfaces: readonly Surface[]): string {
  const words = (choices: string) => `words='${choices}'`;
  return `# bash completion of headroom. In ~/.bashrc: source <(headroom completion bash)
_headroom() {
  local current=\${COMP_WORDS[COMP_CWORD]} flag=\${COMP_WORDS[COMP_CWORD - 1]} path='' words='' IFS=$' \\t\\n'
  COMPREPLY=()
  # bash takes "--flag=value" for three words.
  if [[ $flag == '=' ]]; then flag=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  if [[ $current == '=' ]]; then current=''; fi
  if ((COMP_CWORD > 1)) && [[ \${COMP_WORDS[1]} != -* ]]; then path=\${COMP_WORDS[1]}; fi
  case $path in
    ${groupPattern(surfaces)})
      if ((COMP_CWORD > 2)) && [[ \${COMP_WORDS[2]} != -* ]]; then path+=" \${COMP_WORDS[2]}"; fi ;;
  esac
  case "$path $flag" in
${[
  ...choiceCases(surfaces, words),
  ...valueCase(surfaces, 'path', `_headroom_files "$current"; return`),
  ...valueCase(surfaces, 'unknown', 'return'),
].join('\n')}
  esac
  if [[ -z $words ]]; then
    # An argument that is not a flag may be a file.
    case $path in plan | forecast) [[ $current == -* ]] || { _headroom_files "$current"; return; } ;; esac
    case $path in
${wordCases(surfaces).join('\n')}
    help) words='${(surfaces[0]?.commands ?? []).map(({ name }) => name).join(' ')}' ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
_headroom_files() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -f -- "$1"))
}
complete -o filenames -F _headroom headroom
`;
}

/** Returns the completion script for zsh. */
export function completeZsh(surfaces: readonly Surface[]): string {
  const choose = (choices: string) => `compadd -- ${choices}; return`;
  return `#compdef headroom
# zsh completion of headroom. In ~/.zshrc, below compinit: source <(headroom completion zsh)
_headroom() {
  local flag=\${words[CURRENT - 1]} place=''
  local -a commands flags values
  if ((CURRENT > 2)) && [[ \${words[2]} != -* ]]; then place=\${words[2]}; fi
  case $place in
    ${groupPattern(surfaces)})
      if ((CURRENT > 3)) && [[ \${words[3]} != -* ]]; then place+=" \${words[3]}"; fi ;;
  esac
  if [[ \${words[CURRENT]} == --*=* ]]; then
    flag=\${words[CURRENT]%%=*}
    compset -P '*='
  fi
  case "$place $flag" in
${[
  ...choiceCases(surfaces, choose),
  ...valueCase(surfaces, 'path', '_files; return'),
  ...valueCase(surfaces, 'unknown', 'return'),
].join('\n')}
  esac
  case $place in plan | forecast) [[ \${words[CURRENT]} == -* ]] || { _files; return; } ;; esac
  case $place in
${surfaces.map(branchFor).join('\n')}
    'help') commands=(${described(surfaces[0]?.commands ?? [])}) ;;
  esac
  (($#commands)) && _describe -t commands command commands
  (($#values)) && compadd -a values
  (($#flags)) && _describe -t flags flag flags
}
compdef _headroom headroom
`;
}

function branchFor({ path, commands, words, flags }: Surface): string {
  const named = flags.map(({ name, about }) => ({ name: `--${name}`, about }));
  return `    '${path}') commands=(${described(commands)}) flags=(${described(named)}) values=(${words.join(' ')}) ;;`;
}

/** Formats `'name:description'` for zsh. A colon in a name is escaped, as it would end the name. */
function described(names: readonly NamedCommand[]): string {
  return names
    .map(({ name, about }) => `'${name.replaceAll(':', '\\:')}:${about.replaceAll("'", "'\\''")}'`)
    .join(' ');
}

/** Returns the completion script for fish. */
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

/** Returns the fish condition that the words so far are this path, without a subcommand. */
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
