# What Mayfly needs from the machine, and why. Sourced by ./mayfly.
# Each list is "package:program, or file, that shows it is there:why".

say()  { printf '%s\n' "$*" >&2; }
step() { printf '\n== %s\n' "$*" >&2; }
fail() { printf 'mayfly: %s\n' "$*" >&2; exit 1; }

# need_root WHY [EXIT-CODE]: before anything is installed or built. 77: EX_NOPERM of sysexits.h, as the program's own.
need_root() {
    [ "$(id -u)" = 0 ] && return 0
    printf 'mayfly: %s needs root. Run it with sudo.\n' "$1" >&2
    exit "${2:-77}"
}

build_tools=(
    "gcc:gcc:compiles the jail and links the agent"
    "libc6-dev:/usr/include/stdio.h:headers and static libc for the jail"
    "libpython3-dev:/usr/include/python3.*/Python.h:headers for the Python zygote's native module, whatever version they are of"
    "zlib1g-dev:/usr/include/zlib.h:linked into the ahead-of-time compiled agent"
    "make:make:builds the jail"
    "npm:npm:fetches headers for the JavaScript zygote's add-on"
    "curl:curl:fetches the .NET SDK; asks a service under test whether it is ready"
    "ca-certificates:/etc/ssl/certs/ca-certificates.crt:tells true servers from false ones while fetching"
)
run_tools=(
    "runc:runc:starts container cells"
    "mmdebstrap:mmdebstrap:makes the image's root file system from Debian packages"
    "mount:mount:gives the image its own /dev and /proc while it is made"
    "npm:npm:fetches Node.js and the JavaScript libraries by their lock file"
    "util-linux:setpriv:gives up root before the gateway starts"
)

# With --launcher microvm, and for the tests of it.
case "$(uname -m)" in aarch64) qemu=qemu-system-arm:qemu-system-aarch64 ;; *) qemu=qemu-system-x86:qemu-system-x86_64 ;; esac
microvm_tools=(
    "$qemu:runs micro-VM cells, by KVM or emulated"
    "erofs-utils:mkfs.erofs:makes the guest's disk of the image"
    "xz-utils:xz:unpacks the modules of the guest's kernel"
    "zstd:zstd:unpacks the guest's kernel"
)

# Whether a program is installed, wherever it comes from, or a file is there (a pattern: any such file).
is_here() {
    case "$1" in
        /*) compgen -G "$1" >/dev/null ;;
        *) PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin type -P "$1" >/dev/null ;;
    esac
}

# install_missing WHAT-FOR "package:program or file:why" …
install_missing() {
    local purpose=$1 missing=() entry package sign why
    shift
    for entry in "$@"; do
        IFS=: read -r package sign why <<<"$entry"
        is_here "$sign" && continue
        [ ${#missing[@]} -eq 0 ] && step "Installing what $purpose needs, by apt"
        say "  $package: $why"
        missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    command -v apt-get >/dev/null || fail "these packages are missing and there is no apt-get to install them: ${missing[*]}. Install them by your distribution's means and try again."
    [ "$(id -u)" = 0 ] || fail "these packages are missing: ${missing[*]}. Run: sudo apt-get install -y --no-install-recommends ${missing[*]}"
    # Nothing of the machine's own is removed for it: apt would take Docker's containerd away for Debian's runc.
    local install=(apt-get install -y -qq --no-install-recommends --no-remove "${missing[@]}")
    # Package lists may be absent on a fresh machine or older than the packages they name.
    DEBIAN_FRONTEND=noninteractive "${install[@]}" >/dev/null 2>&1 && return 0
    apt-get update -qq || fail "apt-get update failed: is the machine's package source reachable?"
    DEBIAN_FRONTEND=noninteractive "${install[@]}" >/dev/null ||
        fail "apt-get could not install: ${missing[*]}; what it said is above."
}

install_build_tools() {
    install_missing "building" "${build_tools[@]}"
    install_dotnet
}

install_run_tools() {
    install_missing "running" "${run_tools[@]}"
    [ "$want_guest" = no ] || install_missing "running micro-VMs" "${microvm_tools[@]}"
}

install_bench_tools() {
    install_run_tools
    install_missing "comparing" "bubblewrap:bwrap:a yardstick: the lightest sandbox of the distribution"
}

# The SDK of .NET 10, from the machine or by Microsoft's own installer.
install_dotnet() {
    local dir own=${HOME:-/root}/.dotnet
    for dir in "${DOTNET_ROOT:-}" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet "$own"; do
        if [ -n "$dir" ] && ls "$dir"/sdk/10.* >/dev/null 2>&1 && others_may_run "$dir/dotnet"; then
            use_dotnet "$dir"
            return 0
        fi
    done
    dir=$own
    [ "$(id -u)" = 0 ] && dir=/usr/local/share/dotnet
    step "Installing the .NET 10 SDK into $dir (builds and runs the gateway)"
    local script
    script=$(mktemp)
    if ! curl -fsSL --max-time 60 https://dot.net/v1/dotnet-install.sh -o "$script"; then
        rm -f "$script"
        fail "the .NET 10 SDK is missing and its installer cannot be reached. Install it from https://dotnet.microsoft.com/download/dotnet/10.0 (or: apt-get install dotnet-sdk-10.0, where the distribution has it) and try again."
    fi
    local status=0
    bash "$script" --channel 10.0 --install-dir "$dir" >&2 || status=$?
    rm -f "$script"
    [ "$status" = 0 ] || fail "the .NET installer failed; its output is above."
    use_dotnet "$dir"
}

# Root's service runs as another user, who must get to the runtime: an SDK below a closed /root is none.
others_may_run() {
    [ "$(id -u)" != 0 ] || setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$1" 2>/dev/null
}

# Invariant: a fresh machine has no ICU, without which the SDK does not start; Mayfly's own programs use none.
use_dotnet() {
    export DOTNET_ROOT=$1 PATH="$1:$PATH" DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
}

# The gateway's own user: it faces the network and may do nothing else on this machine.
ensure_user() {
    [ "$(id -u)" = 0 ] || return 0
    getent passwd mayfly >/dev/null && return 0
    step "Creating the system user mayfly (the gateway runs as it)"
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mayfly
}
