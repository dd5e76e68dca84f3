/** The shells that a completion script can be made for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/**
 * What makes a shell ask `qpc __complete WORDS…` at each Tab, which answers from the table of commands and, when a node runs,
 * from the names it knows: a line each, `text` TAB `about`; or one line, `:files` or `:directories`, which the shell completes itself.
 */
export const completionScript = (shell: (typeof SHELLS)[number]): readonly string[] => SCRIPTS[shell].split('\n');

/**
 * Bash inserts what all replies have in common and shows them when Tab is pressed again (COMP_TYPE 63, or 33 and 64 where readline is told to show
 * them at once): then, and only then, what they are stands behind them. Words come with their quotes, and go with new ones.
 */
const BASH = String.raw`_qpc() {
  local line text about word width=0 words=() texts=() abouts=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do words+=("\${word//[\\\'\"]/}"); done
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o default; return ;;
      :directories) compopt -o dirnames; return ;;
    esac
    text=\${line%%$'\t'*}
    texts+=("$text") abouts+=("\${line#*$'\t'}")
    ((\${#text} > width)) && width=\${#text}
  done < <(qpc __complete -- "\${words[@]}" 2>/dev/null)
  if ((\${#texts[@]} > 1)) && [[ $COMP_TYPE == 63 || $COMP_TYPE == 33 || $COMP_TYPE == 64 ]]; then
    for word in "\${!texts[@]}"; do
      printf -v line '%-*s  %s' "$width" "\${texts[word]}" "\${abouts[word]}"
      COMPREPLY+=("\${line:0:\${COLUMNS:-80}-1}")
    done
  else
    for text in "\${texts[@]}"; do
      printf -v word %q "$text"
      COMPREPLY+=("$word")
    done
  fi
}
complete -F _qpc qpc`;

/** Works sourced, and as a file _qpc in a directory of $fpath. */
const ZSH = String.raw`#compdef qpc
_qpc() {
  local -a found items
  local line
  found=("\${(@f)$(qpc __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  case $found[1] in
    :files) _files; return ;;
    :directories) _files -/; return ;;
  esac
  for line in $found; do
    items+=("\${\${line%%$'\t'*}//:/\\:}:\${line#*$'\t'}")
  done
  _describe 'qpc' items
}
if [[ $funcstack[1] == _qpc ]]; then
  _qpc
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _qpc qpc
fi`;

const FISH = String.raw`function __qpc_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (qpc __complete -- $words[2..] 2>/dev/null)
  switch "$found[1]"
    case :files
      __fish_complete_path (commandline -ct)
    case :directories
      __fish_complete_directories (commandline -ct) ''
    case '*'
      printf '%s\n' $found
  end
end
complete -c qpc -f -a '(__qpc_complete)'`;

const SCRIPTS = { bash: unescaped(BASH), zsh: unescaped(ZSH), fish: unescaped(FISH) } as const;

/** In a template a shell's own \`\${\` has a backslash before it. */
function unescaped(script: string): string {
  return script.replaceAll('\\${', '${');
}
