/** The shells that a completion script can be made for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/**
 * What makes a shell ask `qpc __complete WORDS…` at each Tab, which answers from the table of commands and, when a node runs,
 * from the names it knows: a line each, `text` TAB `about`.
 */
export const completionScript = (shell: (typeof SHELLS)[number]): readonly string[] => SCRIPTS[shell];

const SCRIPTS = {
  bash: [
    '_qpc() {',
    "  local IFS=$'\\n' line",
    '  COMPREPLY=()',
    '  while IFS= read -r line; do',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
    '    COMPREPLY+=("${line%%$\'\\t\'*}")',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
    '  done < <(qpc __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)',
    '}',
    'complete -o default -F _qpc qpc',
  ],
  zsh: [
    '#compdef qpc',
    '_qpc() {',
    '  local -a items',
    '  local line',
    '  while IFS= read -r line; do',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
    "    items+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\")",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
    '  done < <(qpc __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)',
    "  _describe 'qpc' items",
    '}',
    'compdef _qpc qpc',
  ],
  fish: [
    'function __qpc_complete',
    '  set -l words (commandline -opc) (commandline -ct)',
    '  qpc __complete -- $words[2..] 2>/dev/null',
    'end',
    "complete -c qpc -f -a '(__qpc_complete)'",
  ],
} as const;
