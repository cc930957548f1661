#!/usr/bin/env bash
# make_venv.sh PYTHON VENV base|server|dev: a virtual environment with pinned, hashed requirements and Vedette itself.
# Where Debian's venv package is missing, root gets it installed; anybody else is told the line to run.
set -euo pipefail
python=$1 venv=$2 kind=$3

command -v "$python" >/dev/null || { echo "Vedette needs Python 3.11 or newer: apt-get install python3" >&2; exit 2; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
	echo "Vedette needs Python 3.11 or newer; $python is $("$python" -V 2>&1). Say which one: make PYTHON=python3.12 ..." >&2
	exit 2
}
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
	else
		echo "Python's venv module is missing. Run this line, then try again:" >&2
		echo "  sudo apt-get install python3-venv" >&2
		exit 2
	fi
fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
echo "installing the pinned requirements ($kind) ..."
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$kind.txt"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
touch "$venv/.$kind"
if [ "$kind" = dev ]; then touch "$venv/.server"; fi
