# Sourced: sets `python310` (empty where there is none) and `uv`, which is installed into .tools where it's missing.

say() { printf '%s\n' "$*" >&2; }

# A pyenv shim without its version is on the PATH and yet no Python, so each one has to show that it starts.
is_310() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; }
starts() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; }

first_that() {
    check=$1
    shift
    for candidate in "$@"; do
        if "$check" "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
}

pyenv=${PYENV_ROOT:-$HOME/.pyenv}/versions
python310=$(first_that is_310 python3.10 python3 python "$pyenv"/3.10*/bin/python)

find_uv() {
    for candidate in uv .tools/bin/uv; do
        if "$candidate" --version >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    any=${python310:-$(first_that starts python3 python "$pyenv"/*/bin/python)}
    if [ -z "$any" ]; then
        say "No Python that starts and no uv were found. Install one of them, then run the same command again:"
        say "  uv      https://docs.astral.sh/uv/ (it fetches Python 3.10 by itself)"
        say "  Python  3.10 from your system's packages or pyenv"
        exit 1
    fi
    say "- fetching uv, which installs everything else"
    if ! "$any" -m pip install -qq --require-hashes --target .tools -r locks/uv.txt >&2; then
        say "uv could not be installed with $any. Install python3-pip, or uv itself (https://docs.astral.sh/uv/)."
        exit 1
    fi
    printf '%s\n' .tools/bin/uv
}

uv=$(find_uv)
