#!/bin/sh
# Install hash-pinned requirements into an environment, showing how it goes.
# install.sh FOLDER REQUIREMENTS
set -eu
venv=$1 requirements=$2

printf 'Installing %s …\n' "$requirements" >&2
if [ -x "$venv/bin/uv" ] && "$venv/bin/uv" pip install --python "$venv/bin/python" \
    --require-hashes -r "$requirements"; then
    exit 0
fi
if ! "$venv/bin/python" -m pip install --disable-pip-version-check --require-hashes \
    -r "$requirements"; then
    printf '%s\n' "The packages in $requirements could not be installed: see the lines above; with a connection to your package index, run the same command again." >&2
    exit 2
fi
