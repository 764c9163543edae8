#!/bin/sh
# keep.sh COMMAND...: runs the command, and again when it has ended by a lack of memory (status 3) or by a signal that
# nobody sends who wants its end (KILL, as the kernel does when the machine is full, ABRT, SEGV, BUS, ILL, FPE). Any other
# end is its own, with its status. TERM, INT and HUP are handed on, and end both.
set -eu

# The command doesn't outlive this script, however that ends: another start would find its port taken.
leash=""
! command -v setpriv >/dev/null || leash="setpriv --pdeathsig TERM"

stop=""
child=""
end() {
    stop=yes
    [ -z "$child" ] || kill -TERM "$child" 2>/dev/null || true
}
trap end TERM INT HUP

pause=0
while :; do
    began=$(date +%s)
    # shellcheck disable=SC2086 # a list of words
    $leash "$@" <&0 &
    child=$!
    [ -z "$stop" ] || end
    status=0
    wait "$child" || status=$?
    while kill -0 "$child" 2>/dev/null; do # a signal to this script has ended the wait
        status=0
        wait "$child" || status=$?
    done
    child=""
    [ -z "$stop" ] || exit "$status"
    case $status in
        3 | 132 | 134 | 135 | 136 | 137 | 139) ;;
        *) exit "$status" ;;
    esac
    if [ $(($(date +%s) - began)) -ge 60 ]; then pause=0; fi
    echo "sandbar: the service has ended with status $status; it starts again in $pause s. Sandboxes go on meanwhile." >&2
    sleep "$pause" &
    wait $! || true
    [ -z "$stop" ] || exit "$status"
    pause=$((pause * 2))
    [ "$pause" -ge 1 ] || pause=1
    [ "$pause" -le 30 ] || pause=30
done
