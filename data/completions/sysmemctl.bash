# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

# bash: what may come next is sysmemctl's own knowledge; this hands the words over.

_sysmemctl ()
{
  local line=${COMP_LINE:0:COMP_POINT} current candidate
  local -a words

  read -ra words <<<"$line"
  [[ $line == *[[:blank:]] ]] && words+=("")
  current=${words[-1]}

  COMPREPLY=()
  while IFS=$'\t' read -r candidate _; do
    case $candidate in
      :files)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        ;;
      :program)
        mapfile -t COMPREPLY < <(compgen -c -- "$current")
        ;;
      *=)
        compopt -o nospace
        COMPREPLY+=("$candidate")
        ;;
      *)
        # To bash, "=" ends a word.
        [[ $current == *=* ]] && candidate=${candidate#*=}
        COMPREPLY+=("$candidate")
        ;;
    esac
  done < <("${words[0]}" complete -- "${words[@]:1}" 2>/dev/null)
}

complete -F _sysmemctl sysmemctl
