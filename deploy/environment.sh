#!/bin/sh
# Make an empty Python environment with an installer in it, and the command `puljen`.
# environment.sh PYTHON FOLDER REQUIREMENTS-OF-UV
set -eu
python=$1 venv=$2 requirements=$3

say() { printf '%s\n' "$*" >&2; }

if ! command -v "$python" >/dev/null 2>&1; then
    say "There is no program $python here: install Python 3.11 or 3.12, or name it: make run PYTHON=python3.12"
    exit 2
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))'; then
    say "$python is $("$python" --version 2>&1), and puljen needs Python 3.11 or 3.12: install one of them and name it, for example: make run PYTHON=python3.12"
    exit 2
fi

say "Making the environment $venv with $("$python" --version 2>&1) …"
rm -rf "$venv"
if ! "$python" -m venv "$venv" >"$venv.log" 2>&1; then
    say "$python cannot make an environment ($(tail -n 1 "$venv.log")): install its venv module (Debian: apt-get install python3-venv) and make sure this folder can be written to."
    rm -rf "$venv"
    exit 2
fi
rm -f "$venv.log"

if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --require-hashes -r "$requirements"; then
    say "The fast installer (uv) is not to be had here; pip does its work instead."
fi

printf '%s\n' "$PWD" >"$venv/place"
# The command, without building a package: it runs the code of this folder, wherever it lies.
"$venv/bin/python" - <<'PY'
import os, sysconfig
with open(os.path.join(sysconfig.get_paths()["purelib"], "puljen.pth"), "w") as file:
    file.write(os.getcwd() + "\n")
PY
cat >"$venv/bin/puljen" <<'SH'
#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/python" -m pool "$@"
SH
chmod +x "$venv/bin/puljen"
