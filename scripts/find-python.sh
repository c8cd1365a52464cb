#!/bin/sh
# Prints the path of a Python 3.10, which Rasa needs: uv's, pyenv's or the system's, else a new one of uv's.
# Usage: find-python.sh PATH_OF_UV
set -eu
UV=$1

complete() {
    # A Python built without these libraries' headers starts, but cannot run the assistant.
    "$1" -c 'import sys, bz2, ctypes, lzma, sqlite3, ssl; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null
}

found=$("$UV" python find --system --no-project --no-python-downloads 3.10 2>/dev/null || true)
for python in "$found" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10*/bin/python3.10 \
    /usr/bin/python3.10 /usr/local/bin/python3.10 /opt/*/bin/python3.10; do
    if [ -n "$python" ] && [ -x "$python" ] && complete "$python"; then echo "$python"; exit 0; fi
done

echo "No Python 3.10 here: asking uv to install one of its own ..." >&2
if "$UV" python install 3.10 >&2 && found=$("$UV" python find --no-project --managed-python 3.10); then
    echo "$found"; exit 0
fi
echo "Rasa needs Python 3.10, and none was found or could be fetched. Install one, for example with" >&2
echo "  pyenv install 3.10      or, where the system has it,      sudo apt install python3.10" >&2
echo "and run the same command again." >&2
exit 1
