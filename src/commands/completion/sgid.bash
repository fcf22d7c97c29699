# bash completion for sgid
_sgid() {
  COMPREPLY=()
  local kind value description
  {
    IFS= read -r kind
    while IFS=$'\t' read -r value description; do
      case "${COMP_WORDS[COMP_CWORD]}" in
        [\"\']*) ;;
        *) printf -v value '%q' "$value" ;;
      esac
      COMPREPLY+=("$value")
    done
  } < <(printf '%s\0' "${COMP_WORDS[@]:1:COMP_CWORD-1}" "$2" | command sgid completion bash --candidates 2>/dev/null)
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
