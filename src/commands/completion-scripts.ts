// What may be completed is asked of `sgid` at each TAB. What it answers is data: nothing of it is evaluated.

/** From 3.2, with or without the package bash-completion. What is not between quotes already is quoted. */
const BASH = `# bash completion for sgid
_sgid() {
  COMPREPLY=()
  local kind value description
  {
    IFS= read -r kind
    while IFS=$'\\t' read -r value description; do
      case "\${COMP_WORDS[COMP_CWORD]}" in
        [\\"\\']*) ;;
        *) printf -v value '%q' "$value" ;;
      esac
      COMPREPLY+=("$value")
    done
  } < <(printf '%s\\0' "\${COMP_WORDS[@]:1:COMP_CWORD-1}" "$2" | command sgid completion bash --candidates 2>/dev/null)
  case "$kind" in
    open) compopt -o nospace 2>/dev/null ;;
    files)
      # bash 3.2 has no compopt.
      compopt -o default 2>/dev/null ||
        while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "$2")
      ;;
  esac
  return 0
}
complete -F _sgid sgid
`;

/** Sourced after `compinit`, or as the file `_sgid` of a folder in `fpath`. `compadd` quotes what it is given. */
const ZSH = `#compdef sgid
# zsh completion for sgid
_sgid() {
  local kind line value description
  local -a lines values displays options
  lines=("\${(@f)$(printf '%s\\0' "\${(@)words[2,CURRENT-1]}" "$PREFIX" |
    command sgid completion zsh --candidates 2>/dev/null)}")
  kind=$lines[1]
  if [[ $kind == files ]]; then
    compset -P '--*='
    _files
    return
  fi
  [[ $kind == open ]] && options=(-S '')
  for line in "\${(@)lines[2,-1]}"; do
    value=\${line%%$'\\t'*}
    description=\${line#*$'\\t'}
    values+=("$value")
    displays+=("$value\${description:+  -- $description}")
  done
  (( $#values )) && compadd "\${(@)options}" -l -d displays -a values
}
if [[ "$funcstack[1]" == _sgid ]]; then
  _sgid "$@"
else
  compdef _sgid sgid
fi
`;

/** From 3.4, which quotes what it is given. */
const FISH = `# fish completion for sgid
function __sgid_complete
    set -l token (commandline -ct)
    set -l words (commandline -opc) "$token"
    set -l lines (printf '%s\\0' $words[2..-1] | command sgid completion fish --candidates 2>/dev/null)
    switch "$lines[1]"
        case files
            # What fish completes for a command that it knows nothing of.
            complete -C "__sgid_no_such_command $token"
        case words open
            printf '%s\\n' $lines[2..-1]
    end
end
complete -c sgid -f -a '(__sgid_complete)'
`;

/**
 * For Windows PowerShell 5.1 and PowerShell 7. What is more than a plain word is put between single quotes. Without an
 * answer PowerShell completes the names of files.
 */
const POWERSHELL = `# PowerShell completion for sgid
Register-ArgumentCompleter -Native -CommandName sgid -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements |
        Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text }) + "$wordToComplete"
    $lines = @((($words -join [char]0) + [char]0) | sgid completion powershell --candidates 2>$null)
    if ($lines.Count -lt 2) { return }
    $lines | Select-Object -Skip 1 | ForEach-Object {
        $value, $description = $_ -split [char]9, 2
        if (-not $description) { $description = $value }
        $text = if ($value -match '^[\\w.=-]+$') { $value } else { "'" + $value.Replace("'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $description)
    }
}
`;

/** By shell. */
export const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL };
