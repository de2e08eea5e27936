#!/bin/sh
# sh runtime/environment.sh run|dev
#
# Makes .venv with exactly what locks/run.txt (or dev.txt) names, on a machine that may have nothing but a shell and
# some Python. Does nothing when that is done already.
set -eu
cd "$(dirname "$0")/.."
lock=locks/${1:-run}.txt
stamp="$1 $(cksum < "$lock")"
installed=.venv/installed

if [ -f "$installed" ] && grep -qxF "$stamp" "$installed" && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi

. runtime/find_tools.sh
began=$(date +%s)
say "- making the environment (about $(grep -c '==' "$lock") packages; only the first time takes long)"
[ -n "$python310" ] || say "- there is no Python 3.10 here, so uv fetches one"
rm -f "$installed"
if ! is_310 .venv/bin/python; then
    if ! "$uv" venv --quiet --clear --python "${python310:-3.10}" .venv; then
        say "There is no Python 3.10 here and none could be fetched. Install it from your system's packages or with"
        say "'pyenv install 3.10', then run the same command again."
        exit 1
    fi
fi
# Compiled here, since a process that starts uncompiled takes three times as long and, with PYTHONDONTWRITEBYTECODE set,
# would do so every time.
"$uv" pip sync --quiet --require-hashes --compile-bytecode --python .venv/bin/python "$lock"

# The development tools come on top of what running needs.
[ "$1" = run ] || printf 'run %s\n' "$(cksum < locks/run.txt)" > "$installed"
printf '%s\n' "$stamp" >> "$installed"
say "  done in $(($(date +%s) - began)) s"
