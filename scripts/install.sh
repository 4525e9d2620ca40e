# What Mayfly needs from the machine, and why. Sourced by ./mayfly.
# Each list is "package:file that shows it is there:why".

say()  { printf '%s\n' "$*" >&2; }
step() { printf '\n== %s\n' "$*" >&2; }
fail() { printf 'mayfly: %s\n' "$*" >&2; exit 1; }

build_tools=(
    "gcc:/usr/bin/gcc:compiles the jail and links the agent"
    "libc6-dev:/usr/include/stdio.h:headers and static libc for the jail"
    "zlib1g-dev:/usr/include/zlib.h:linked into the ahead-of-time compiled agent"
    "make:/usr/bin/make:builds the jail"
    "curl:/usr/bin/curl:asks the service whether it is ready"
)
run_tools=(
    "runc:/usr/sbin/runc:starts container cells"
    "mmdebstrap:/usr/bin/mmdebstrap:makes the image's root file system from Debian packages"
    "mount:/usr/bin/mount:gives the image its own /dev and /proc while it is made"
    "npm:/usr/bin/npm:fetches Node.js and the JavaScript libraries by their lock file"
    "util-linux:/usr/bin/setpriv:gives up root before the gateway starts"
)

# install_missing WHAT-FOR "package:file:why" …
install_missing() {
    local purpose=$1 missing=() entry package file why
    shift
    for entry in "$@"; do
        IFS=: read -r package file why <<<"$entry"
        [ -e "$file" ] && continue
        [ ${#missing[@]} -eq 0 ] && step "Installing what $purpose needs, by apt"
        say "  $package: $why"
        missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    command -v apt-get >/dev/null || fail "these packages are missing and there is no apt-get to install them: ${missing[*]}. Install them by your distribution's means and try again."
    [ "$(id -u)" = 0 ] || fail "these packages are missing: ${missing[*]}. Run: sudo apt-get install -y --no-install-recommends ${missing[*]}"
    # Package lists may be absent on a fresh machine or older than the packages they name.
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 && return 0
    apt-get update -qq || fail "apt-get update failed: is the machine's package source reachable?"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "apt-get could not install: ${missing[*]}"
}

install_build_tools() {
    install_missing "building" "${build_tools[@]}"
    install_dotnet
}

install_run_tools() { install_missing "running" "${run_tools[@]}"; }

install_bench_tools() {
    install_run_tools
    install_missing "comparing" "bubblewrap:/usr/bin/bwrap:a yardstick: the lightest sandbox of the distribution"
}

# The SDK of .NET 10, from the machine or by Microsoft's own installer.
install_dotnet() {
    local dir
    for dir in "${DOTNET_ROOT:-}" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet "$HOME/.dotnet"; do
        if [ -n "$dir" ] && ls "$dir"/sdk/10.* >/dev/null 2>&1; then
            export DOTNET_ROOT=$dir PATH="$dir:$PATH" DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
            return 0
        fi
    done
    # Root's service runs as another user, who must be able to read the runtime: not below /root.
    dir=$HOME/.dotnet
    [ "$(id -u)" = 0 ] && dir=/usr/local/share/dotnet
    step "Installing the .NET 10 SDK into $dir (builds and runs the gateway)"
    local script
    script=$(mktemp)
    if ! curl -fsSL --max-time 60 https://dot.net/v1/dotnet-install.sh -o "$script"; then
        rm -f "$script"
        fail "the .NET 10 SDK is missing and its installer cannot be reached. Install it from https://dotnet.microsoft.com/download/dotnet/10.0 (or: apt-get install dotnet-sdk-10.0, where the distribution has it) and try again."
    fi
    bash "$script" --channel 10.0 --install-dir "$dir" >&2 || fail "the .NET installer failed; its output is above."
    rm -f "$script"
    export DOTNET_ROOT=$dir PATH="$dir:$PATH" DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
}

# The gateway's own user: it faces the network and may do nothing else on this machine.
ensure_user() {
    [ "$(id -u)" = 0 ] || return 0
    getent passwd mayfly >/dev/null && return 0
    step "Creating the system user mayfly (the gateway runs as it)"
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mayfly
}
