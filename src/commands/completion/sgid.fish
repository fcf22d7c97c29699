# fish completion for sgid
function __sgid_complete
    set -l token (commandline -ct)
    set -l words (commandline -opc) "$token"
    set -l lines (printf '%s\0' $words[2..-1] | command sgid completion fish --candidates 2>/dev/null)
    switch "$lines[1]"
        case files
            # What fish completes for a command that it knows nothing of.
            complete -C "__sgid_no_such_command $token"
        case words open
            printf '%s\n' $lines[2..-1]
    end
end
complete -c sgid -f -a '(__sgid_complete)'
