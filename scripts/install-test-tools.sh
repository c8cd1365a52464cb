#!/bin/sh
# The tests use a real browser, a real PostgreSQL server, and what a server that keeps nothing needs.
# Installs what is missing where it may (Debian or Ubuntu, as root); else says what to install.
set -eu

missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
    || command -v google-chrome >/dev/null || missing="$missing chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null \
    || missing="$missing postgresql"
# Debian keeps nginx where only root looks for programs.
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
for pair in systemd-analyze:systemd strace:strace faketime:faketime ip:iproute2 openssl:openssl; do
    command -v "${pair%:*}" >/dev/null || missing="$missing ${pair#*:}"
done

if [ -n "$missing" ]; then
    sudo=""
    [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null && sudo="sudo -n"; } || {
        echo "The tests need:$missing. Install them, then run make test again:" >&2
        echo "  sudo apt install$missing" >&2
        exit 1
    }
    command -v apt-get >/dev/null || {
        echo "The tests need:$missing. Install them with your system's package manager." >&2
        exit 1
    }
    echo "Installing for the tests:$missing (a few minutes)" >&2
    # The tests start nginx themselves. Its package would do so too, on port 80, at every boot.
    case "$missing" in *nginx*)
        [ ! -d /run/systemd/system ] || $sudo systemctl mask nginx ;;
    esac
    $sudo apt-get update -qq
    # shellcheck disable=SC2086  # two lists of words
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
fi
