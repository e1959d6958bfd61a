#compdef sysmemctl
# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

# zsh: what may come next is sysmemctl's own knowledge; this hands the words over.

_sysmemctl ()
{
  local line candidate
  local -a described unfinished

  for line in "${(@f)$(_call_program candidates ${(q)words[1]} complete -- "${(@q)words[2,CURRENT]}")}"; do
    candidate=${line%%$'\t'*}
    case $candidate in
      '') ;;
      :files) _files ;;
      :program)
        local start=$(( ${words[(i)--]} ))
        shift start words
        (( CURRENT -= start ))
        _normal
        ;;
      *=) unfinished+=("$candidate:${line#*$'\t'}") ;;
      *) described+=("$candidate:${line#*$'\t'}") ;;
    esac
  done
  (( $#described )) && _describe sysmemctl described
  (( $#unfinished )) && _describe sysmemctl unfinished -S ''
}

_sysmemctl "$@"
