# ./mayfly test: everything, against real parts. Sourced by ./mayfly.
#
# Suites by what they need: nothing (unit); PostgreSQL and Valkey (stores); root and namespaces (jail, zygotes, host); an address and a key (contract), here
# those of services that this run starts on free ports with directories of their own. The last line sums them up.

. "$repo/scripts/test-stores.sh"

passed=0 failed=0 skipped=0
results=
# What failed, named once more at the end: a log's last lines are what is read first.
failures=()

# suite NAME ASSEMBLY [runner options]: an xunit suite; its summary line goes into the sum.
suite() {
    local name=$1 assembly=$2 log line total errors fails skips status=0
    shift 2
    step "$name"
    log=$results/$name.log
    dotnet "$assembly" -noLogo -noColor "$@" >"$log" 2>&1 || status=$?
    grep -vE '^ +(Discovering|Discovered|Starting|Finished):' "$log" || true
    line=$(grep -oE 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -n 1) || true
    if [ -z "$line" ]; then
        say "$name: the suite ended with exit code $status and no summary"
        failures+=("$name: no summary, exit code $status")
        failed=$((failed + 1))
        return 0
    fi
    read -r total errors fails skips <<<"$(tr -dc '0-9 ' <<<"$line")"
    failed=$((failed + fails + errors))
    skipped=$((skipped + skips))
    passed=$((passed + total - fails - errors - skips))
    while IFS= read -r line; do failures+=("$name: $line"); done < <(grep -E '\[FAIL\]$' "$log" | sed -E 's/^ +//' || true)
    # A runner that fails without a failed test (a crash at the end, say) is a failure too.
    if [ "$status" -ne 0 ] && [ $((fails + errors)) -eq 0 ]; then
        say "$name: exit code $status with no failed test"
        failures+=("$name: exit code $status with no failed test")
        failed=$((failed + 1))
    fi
}

# check NAME COMMAND…: one check that is a command of its own; counts as one test.
check() {
    local name=$1
    shift
    step "$name"
    if "$@" >"$results/$name.log" 2>&1; then
        tail -n 3 "$results/$name.log"
        passed=$((passed + 1))
    else
        cat "$results/$name.log"
        failures+=("$name: $(grep -iE 'fail|error|expected' "$results/$name.log" | tail -n 1)")
        failed=$((failed + 1))
    fi
}

# Everything, with every analyzer: a warning is an error.
build_tests() {
    step "Building everything with every analyzer"
    dotnet build "$repo/mayfly.slnx" -c Release --artifacts-path "$repo/artifacts/build/tests" -v quiet -nologo >&2 ||
        fail "the solution does not build without warnings."
}

# The built suite of that name.
assembly() { printf '%s' "$repo/artifacts/build/tests/bin/$1/release/$1.dll"; }

# The services under test: their processes, in the order of their start, and the one directory that holds theirs.
service_pids=()
services_dir=

# start_service NAME [options of serve]: on a free port, with a directory and a key of its own; sets url and key.
start_service() {
    local name=$1 data port tries=0
    shift
    # The gateway's user must get through it to its own.
    [ -n "$services_dir" ] || { services_dir=$(mktemp -d) && chmod 711 "$services_dir"; }
    data=$services_dir/$name
    mkdir "$data"
    port=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])' 2>/dev/null || echo $((20000 + RANDOM % 10000)))
    url=http://127.0.0.1:$port
    dotnet "$app/mayfly.dll" serve --listen "127.0.0.1:$port" --data "$data" "$@" >"$results/$name.log" 2>&1 &
    service_pids+=($!)
    until curl -sf -o /dev/null "$url/healthz/ready"; do
        tries=$((tries + 1))
        if [ $tries -gt 300 ] || ! kill -0 "${service_pids[-1]}" 2>/dev/null; then
            cat "$results/$name.log" >&2
            fail "the $name service did not become ready; its log is above."
        fi
        sleep 0.1
    done
    key=$(new_key "$name")
}

# new_key SERVICE [options of keys create]
new_key() { dotnet "$app/mayfly.dll" keys create --name tests --json --data "$services_dir/$1" "${@:2}" | grep -oE 'uc-[0-9A-Za-z]+' | head -n 1; }

# As it is started for users, and one without warm interpreters to compare it with (tests/differential). A fresh interpreter that imports pandas or mathjs
# needs seconds of its half core on a busy machine: the cold one has more time and CPU, since neither is what is compared.
start_services() {
    start_service warm
    export MAYFLY_TEST_URL=$url MAYFLY_TEST_KEY=$key MAYFLY_TEST_ADMIN_KEY
    MAYFLY_TEST_ADMIN_KEY=$(new_key warm --scopes execute usage admin)
    start_service cold --warm false --cells 1 --slots 4 --set Limits:TimeMs=60000 --set Limits:CpuQuotaUs=200000
    export MAYFLY_TEST_COLD_URL=$url MAYFLY_TEST_COLD_KEY=$key
}

# Ends them; of each that does not end well, says with which exit code it ended and what the services said last.
stop_services() {
    local pid status failures=0
    for pid in "${service_pids[@]}"; do kill -TERM "$pid" 2>/dev/null || echo "a service was gone before it was told to end"; done
    for pid in "${service_pids[@]}"; do
        status=0
        wait "$pid" || status=$?
        [ "$status" -ne 0 ] || continue
        failures=1
        echo "a service ended with exit code $status after SIGTERM"
    done
    service_pids=()
    rm -rf "$services_dir"
    services_dir=
    [ "$failures" -eq 0 ] || tail -n 30 "$results"/warm.log "$results"/cold.log
    return $failures
}

finish() {
    local status=$?
    end_jobs
    [ -z "$services_dir" ] || stop_services || true
    [ -n "$results" ] && [ "$failed" -eq 0 ] && [ $status -eq 0 ] && rm -rf "$results"
    return $status
}

# Tests of micro-VMs run wherever QEMU can be had, by KVM or emulated; where it cannot, they are skipped, and say so.
prepare_guests() {
    if (install_missing "testing micro-VMs" "${microvm_tools[@]}"); then
        image_options+=(--guest)
    else
        say "no micro-VMs on this machine: their tests will be skipped"
    fi
}

run_tests() {
    local quick=()
    case "${1:-}" in
        "") ;;
        --quick) quick=(-trait- "Speed=slow") ;;
        -h|--help) usage; exit 0 ;;
        *) fail "./mayfly test $1: the only option is --quick." ;;
    esac
    need_root "./mayfly test (cells, jails and the image are real)"
    install_build_tools
    install_run_tools
    install_store_tools
    prepare_guests
    install_missing "testing" "strace:strace:records which paths privileged processes name"
    ensure_user
    want_image=yes
    build
    build_tests
    ensure_image
    results=$(mktemp -d)
    trap finish EXIT

    export MAYFLY_APP=$app MAYFLY_REPOSITORY=$repo
    MAYFLY_TEST_IMAGE=$(dotnet "$app/mayfly.dll" image show --path)
    export MAYFLY_TEST_IMAGE

    suite unit "$(assembly Mayfly.UnitTests)" "${quick[@]}"
    test_stores "${quick[@]}"
    check fuzz dotnet "$repo/artifacts/build/tests/bin/Mayfly.Fuzz/release/mayfly-fuzz.dll" --runs 5000
    check jail make -s -C "$repo/cell/jail" OUT="$app/cell" FILTER="$app/cell/seccomp.bpf" test
    check python-zygote make -s -C "$repo/cell/python" OUT="$app/cell" test IMAGE="$MAYFLY_TEST_IMAGE/rootfs" FILTER="$app/cell/seccomp.bpf"
    check javascript-zygote make -s -C "$repo/cell/javascript" OUT="$repo/artifacts/javascript" ROOTFS="$MAYFLY_TEST_IMAGE/rootfs" \
        JAILER="$app/cell/jailer" FILTER="$app/cell/seccomp.bpf" test
    suite host "$(assembly Mayfly.HostTests)" -maxThreads 1 "${quick[@]}"
    start_services
    suite contract "$(assembly Mayfly.ContractTests)" "${quick[@]}"
    . "$repo/scripts/test-sdks.sh"
    test_sdks "$@"
    check services-stop-cleanly stop_services

    [ "$failed" -eq 0 ] || { say "The logs are in $results. Failed:" && printf '  %s\n' "${failures[@]}"; }
    printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" -eq 0 ]
}
