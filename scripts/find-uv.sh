#!/bin/sh
# Prints the path of a uv that is new enough; fetches one into .uv/ if there is none. Needs no root.
set -eu
UV_VERSION=0.13.9
HERE=$(cd "$(dirname "$0")/.." && pwd)
FETCHED="$HERE/.uv/bin/uv"

say() { echo "$*" >&2; }

new_enough() {
    # pyproject.toml's required-version: at least 0.9
    version=$("$1" --version 2>/dev/null | cut -d' ' -f2)
    major=${version%%.*}; rest=${version#*.}; minor=${rest%%.*}
    [ "${major:-0}" -gt 0 ] 2>/dev/null || [ "${minor:-0}" -ge 9 ] 2>/dev/null
}

for uv in "$FETCHED" "$(command -v uv || true)"; do
    if [ -n "$uv" ] && [ -x "$uv" ] && new_enough "$uv"; then echo "$uv"; exit 0; fi
done

say "Fetching uv, which installs everything else, into .uv/ ..."
for python in python3 python3.13 python3.12 python3.11 python3.10 python3.9 python3.8; do
    command -v "$python" >/dev/null || continue
    if "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m pip install --quiet --quiet --disable-pip-version-check --upgrade \
            --target "$HERE/.uv" "uv==$UV_VERSION" >&2 || true
    fi
    [ -x "$FETCHED" ] && break
done
if [ ! -x "$FETCHED" ] && command -v curl >/dev/null; then
    curl -LsSf "https://astral.sh/uv/$UV_VERSION/install.sh" \
        | env UV_INSTALL_DIR="$HERE/.uv/bin" UV_NO_MODIFY_PATH=1 sh >&2 || true
fi
if [ -x "$FETCHED" ] && new_enough "$FETCHED"; then echo "$FETCHED"; exit 0; fi

say "uv could not be fetched. Do one of these, then run the same command again:"
say "  - sudo apt install python3-pip    (then uv is fetched with pip)"
say "  - install uv yourself: https://docs.astral.sh/uv/getting-started/installation/"
exit 1
