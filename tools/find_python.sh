#!/bin/sh
# Print the Python interpreter an environment is built with.
#   find_python.sh                 PYTHON if set, else python3, else the newest on PATH (3.11 or later)
#   find_python.sh newer PYTHON    the newest one (3.12 or later) of another version than PYTHON; nothing if there is none
set -eu

# Succeeds and prints "minor path" for a CPython from 3.11 on that can build environments.
suits() {
    "$1" -c '
import ensurepip, sys, sysconfig, venv
standard = sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
if not standard or sys.version_info[:2] < (3, 11):
    sys.exit(1)
print(sys.version_info[1], sys.executable)' 2>/dev/null
}

if [ "${1:-}" = newer ]; then
    known=$("$2" -c 'import sys; print(sys.version_info[1])')
    for candidate in python3.13 python3.12 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[23].*/bin/python; do
        suits "$candidate" || true
    done | awk -v known="$known" '$1 >= 12 && $1 > known' | sort -n | tail -n 1 | cut -d ' ' -f 2-
    exit 0
fi

if [ -n "${PYTHON:-}" ]; then
    candidates=$PYTHON
else
    candidates="python3 python3.13 python3.12 python3.11"
fi
for candidate in $candidates; do
    if found=$(suits "$candidate"); then
        echo "${found#* }"
        exit 0
    fi
done
{
    echo "需要 Python 3.11 或更高版本（含 venv 模块），可用 PYTHON=/路径/python 指定。"
    echo "The lab needs Python 3.11 or later with its venv module (on Debian and Ubuntu: apt-get install python3-venv);"
    echo "none was found as: $candidates. Name one with PYTHON=/path/to/python."
} >&2
exit 1
