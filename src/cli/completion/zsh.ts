import { choiceCases, groupPattern, valueCase } from './posix-cases.ts';
import type { NamedCommand, Surface } from './surface.ts';

/** A completion for zsh. */
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

/** `'name:what it does'`; a colon in a name would end it. */
function described(names: readonly NamedCommand[]): string {
  return names
    .map(({ name, about }) => `'${name.replaceAll(':', '\\:')}:${about.replaceAll("'", "'\\''")}'`)
    .join(' ');
}
