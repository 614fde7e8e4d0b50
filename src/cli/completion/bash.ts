import { choiceCases, groupPattern, valueCase, wordCases } from './posix-cases.ts';
import type { Surface } from './surface.ts';

/** A completion for bash, 3.2 (that of macOS) or newer. */
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
    # Whatever is no flag may be a file.
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
