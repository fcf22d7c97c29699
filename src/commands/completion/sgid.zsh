#compdef sgid
# zsh completion for sgid
_sgid() {
  local kind line value description
  local -a lines values displays options
  lines=("${(@f)$(printf '%s\0' "${(@)words[2,CURRENT-1]}" "$PREFIX" |
    command sgid completion zsh --candidates 2>/dev/null)}")
  kind=$lines[1]
  if [[ $kind == files ]]; then
    compset -P '--*='
    _files
    return
  fi
  [[ $kind == open ]] && options=(-S '')
  for line in "${(@)lines[2,-1]}"; do
    value=${line%%$'\t'*}
    description=${line#*$'\t'}
    values+=("$value")
    displays+=("$value${description:+  -- $description}")
  done
  (( $#values )) && compadd "${(@)options}" -l -d displays -a values
}
if [[ "$funcstack[1]" == _sgid ]]; then
  _sgid "$@"
else
  compdef _sgid sgid
fi
