#!/bin/sh
# Print "stale" where an environment no longer fits its place or the Python that is wanted.
# stale.sh FOLDER [PYTHON]
venv=$1 wanted=$2
version='import sys; print(sys.version_info[:2])'

[ -e "$venv/place" ] || exit 0
if [ "$(cat "$venv/place")" != "$PWD" ] || ! now=$("$venv/bin/python" -c "$version" 2>/dev/null); then
    echo stale
elif [ -n "$wanted" ] && [ "$("$wanted" -c "$version" 2>/dev/null)" != "$now" ]; then
    echo stale
fi
