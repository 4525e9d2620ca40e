# Builds into artifacts/app, when a source changed since the last build. Sourced by ./mayfly.

app=$repo/artifacts/app

case "$(uname -m)" in
    x86_64) rid=linux-x64 ;;
    aarch64) rid=linux-arm64 ;;
    *) fail "the processor $(uname -m) is not supported: x86_64 and aarch64 are." ;;
esac

# Names, sizes and times of everything that the build reads. Headers that npm fetches are named by their lock file.
sources_state() {
    (cd "$repo" && find src cell tests/attacks Directory.Build.props Directory.Build.targets Directory.Packages.props global.json scripts/build.sh \
        -name node_modules -prune -o -type f -printf '%p %s %T@\n' 2>/dev/null | LC_ALL=C sort | sha256sum | cut -d' ' -f1)
}

# publish PROJECT OUTPUT [options]. Style is judged by ./mayfly test: who only wants to run Mayfly need not wait for it.
publish() {
    local project=$1 output=$2 log
    shift 2
    # Quiet unless it fails: then all of it. Directories of its own for what is between, so that two may run side by side.
    log=$(mktemp)
    if ! dotnet publish "$repo/$project" -c Release -o "$output" --artifacts-path "$repo/artifacts/build/$(basename "$project")" \
        -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false -v quiet -nologo "$@" >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        fail "building $project failed."
    fi
    rm -f "$log"
}

build() {
    local state
    state=$(sources_state)
    [ "$(cat "$repo/artifacts/built" 2>/dev/null)" = "$state" ] && return 0
    step "Building (about a minute the first time)"
    rm -f "$repo/artifacts/built"
    local next=$repo/artifacts/app.next agent_job
    rm -rf "$next"
    mkdir -p "$next/cell"
    say "  gateway and commands"
    publish src/Mayfly "$next"
    start_image_early "$next"
    # Before the agent, which holds a copy of it: no cell takes work with another filter.
    dotnet "$next/mayfly.dll" image seccomp --policy "$repo/cell/jail/seccomp.json" --out "$next/cell/seccomp.bpf" >/dev/null
    say "  agent and mayfly-cells (compiled ahead of time)"
    publish src/Mayfly.Agent "$repo/artifacts/agent" -r "$rid" -p:SeccompFilter="$next/cell/seccomp.bpf" &
    agent_job=$!
    publish src/Mayfly.Cells "$repo/artifacts/cells" -r "$rid"
    wait "$agent_job" || fail "building the agent failed."
    say "  jail, and what makes interpreters fork into it"
    make -s -C "$repo/cell/jail" OUT="$next/cell"
    make -s -C "$repo/cell/python" OUT="$next/cell"
    make -s -C "$repo/cell/javascript" OUT="$next/cell"
    say "  what runs in a micro-VM before the agent, and the filter around it"
    make -s -C "$repo/cell/guest" OUT="$next/guest"
    dotnet "$next/mayfly.dll" image seccomp --policy "$repo/src/Mayfly.Cells/Launching/Runc/cell-seccomp.json" \
        --cell-table "$repo/cell/jail/syscalls.json" --out "$next/guest/cell-seccomp.bpf" >/dev/null
    say "  JavaScript zygote"
    make -s -C "$repo/cell/javascript" OUT="$next/cell"
    install -m 0755 "$repo/artifacts/agent/mayfly-agent" "$next/cell/mayfly-agent"
    install -m 0755 "$repo/artifacts/cells/mayfly-cells" "$next/mayfly-cells"
    # Old or new, never half: a service that runs from here has its own copy.
    rm -rf "$app.old"
    [ -d "$app" ] && mv "$app" "$app.old"
    mv "$next" "$app"
    rm -rf "$app.old"
    printf '%s\n' "$state" >"$repo/artifacts/built"
}

build_bench() {
    say "  bench"
    publish bench/Mayfly.Bench "$repo/artifacts/bench"
    gcc -std=gnu17 -O2 -Wall -Wextra -Werror -static -o "$repo/artifacts/bench/probe" "$repo/bench/probe/probe.c" || fail "building the probe failed."
    bench_peers
}

build_microbench() {
    step "Building the micro-benchmarks"
    publish bench/Mayfly.MicroBench "$repo/artifacts/microbench"
}

# The sandboxes from npm that bench compares with. Without them it says so in their row, and goes on.
bench_peers() {
    local peers=$repo/artifacts/bench/peers
    mkdir -p "$peers"
    install -m 0644 "$repo"/bench/peers/{package.json,package-lock.json,quickjs.js} "$repo/.npmrc" "$peers"
    cmp -s "$peers/package-lock.json" "$peers/installed" && return 0
    command -v npm >/dev/null && npm ci --prefix "$peers" --silent >&2 && cp "$peers/package-lock.json" "$peers/installed" ||
        say "  npm could not install the packages of bench/peers: that row will be skipped"
}

# The image takes longest and needs only the gateway's program: it is made while the rest compiles.
image_job=
image_log=

# What works in the background when we end early (a failure, Ctrl-C, which does not reach it) ends, too.
end_jobs() {
    [ -z "$image_job" ] || kill "$image_job" 2>/dev/null || true
    [ -z "$image_log" ] || rm -f "$image_log"
}
trap end_jobs EXIT

start_image_early() {
    [ "${want_image:-}" = yes ] && [ "$(id -u)" = 0 ] || return 0
    dotnet "$1/mayfly.dll" image show --quiet "${image_options[@]}" >/dev/null 2>&1 && return 0
    # The build replaces its output directory when it is done: the image job runs from a copy.
    rm -rf "$repo/artifacts/image-builder"
    cp -a "$1" "$repo/artifacts/image-builder"
    image_log=$(mktemp)
    dotnet "$repo/artifacts/image-builder/mayfly.dll" image build "${image_options[@]}" >"$image_log" 2>&1 &
    image_job=$!
}

# The image is made where the command will look for it. Of its arguments only --images and --launcher matter here.
image_options=()
# Whether cells are micro-VMs (docs/isolation.md), which need more of the machine and a part of their own of the image.
want_guest=no
take_images() {
    case "${MAYFLY_LAUNCHER:-}:$*" in microvm:*|*--launcher\ microvm*|*--launcher=microvm*) want_guest=yes ;; esac
    while [ $# -gt 0 ]; do
        case "$1" in
            --images)
                [ $# -gt 1 ] || fail "--images needs a directory."
                image_options=(--images "$2")
                shift ;;
            --images=*) image_options=("$1") ;;
        esac
        shift
    done
    [ "$want_guest" = no ] || image_options+=(--guest)
}

# Waits for the image begun above, or makes it now.
ensure_image() {
    if [ -n "$image_job" ]; then
        step "Making the runtime image (Python, Node.js and the eight libraries)"
        tail -n +1 -f --pid="$image_job" "$image_log" >&2 || true
        wait "$image_job" || fail "making the image failed; what it said is above."
        rm -f "$image_log"
        image_job= image_log=
        return 0
    fi
    dotnet "$app/mayfly.dll" image show --quiet "${image_options[@]}" >/dev/null 2>&1 && return 0
    step "Making the runtime image (Python, Node.js and the eight libraries)"
    dotnet "$app/mayfly.dll" image build "${image_options[@]}" >&2 || fail "making the image failed; what it said is above."
}
