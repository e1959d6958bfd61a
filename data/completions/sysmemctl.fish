# SPDX-FileCopyrightText: The sysmem authors
# SPDX-License-Identifier: LGPL-2.1-or-later

# fish: what may come next is sysmemctl's own knowledge; this hands the words over.

function __sysmemctl_complete
    set -l words (commandline --tokenize --current-process --cut-at-cursor)
    set -l current (commandline --current-token --cut-at-cursor)

    for line in ($words[1] complete -- $words[2..] "$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path $current
            case :program
                __fish_complete_command
            case '*'
                echo $line
        end
    end
end

complete --command sysmemctl --no-files --arguments '(__sysmemctl_complete)'
