# Sourced by bin/run and bin/test: makes a virtual environment and keeps it in step with a locked list.

# Prints the first Python that is new enough: $PYTHON if given, else what PATH has.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.14 python3.13 python3.12 python3.11
    fi
    for candidate in "$@"; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Clearway needs Python 3.11 or later; ${PYTHON:-python3} is $("${PYTHON:-python3}" --version 2>&1 || echo missing)." >&2
    echo "Install one, or name it: PYTHON=/path/to/python3.12 bin/run" >&2
    return 1
}

# Runs pip with its output in a log, says every few seconds how far it is, and returns its status.
install() {
    log="$1/install.log"
    total=$(grep -c '^[a-zA-Z0-9].*==' "$2")
    echo "Installing $total packages (the first time only, about a minute) ..."
    "$1/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off \
        --require-hashes -r "$2" >"$log" 2>&1 &
    pip=$!
    trap 'kill "$pip" 2>/dev/null; exit 130' INT TERM HUP
    seconds=0
    while kill -0 "$pip" 2>/dev/null; do
        sleep 1
        seconds=$((seconds + 1))
        [ $((seconds % 4)) = 0 ] || continue
        if grep -q '^Installing collected' "$log"; then
            echo "  unpacking ($seconds s)"
        else
            echo "  $(grep -c '^Collecting' "$log") of $total fetched ($seconds s)"
        fi
    done
    trap - INT TERM HUP
    wait "$pip"
}

# prepare FOLDER LIST: installs LIST, with every hash checked, into FOLDER unless that was done already.
prepare() {
    stamp="$1/.installed-$(cksum < "$2" | tr -d ' ')"
    [ ! -f "$stamp" ] || return 0
    python=$(find_python)
    if ! "$1/bin/python" -c '' 2>/dev/null; then
        echo "Making $1 ..."
        "$python" -m venv --clear "$1" || {
            echo "$python can't make virtual environments. On Debian or Ubuntu: apt-get install python3-venv" >&2
            return 1
        }
    fi
    install "$1" "$2" || {
        tail -n 15 "$1/install.log" >&2
        echo "Installing the packages failed; the whole output is in $1/install.log" >&2
        return 1
    }
    rm -f "$1"/.installed-*
    : > "$stamp"
}
