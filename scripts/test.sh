# ./mayfly test: everything, against real parts. Sourced by ./mayfly.
#
# Suites by what they need: nothing (unit, jail); root and namespaces (host); an address and a key (contract), here
# those of a service that this run starts on a free port with a directory of its own. The last line sums them up.

passed=0 failed=0 skipped=0
results=

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
        failed=$((failed + 1))
        return 0
    fi
    read -r total errors fails skips <<<"$(tr -dc '0-9 ' <<<"$line")"
    failed=$((failed + fails + errors))
    skipped=$((skipped + skips))
    passed=$((passed + total - fails - errors - skips))
    # A runner that fails without a failed test (a crash at the end, say) is a failure too.
    if [ "$status" -ne 0 ] && [ $((fails + errors)) -eq 0 ]; then
        say "$name: exit code $status with no failed test"
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

service_pid=
service_dir=
start_service() {
    service_dir=$(mktemp -d)
    service_port=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])' 2>/dev/null || echo $((20000 + RANDOM % 10000)))
    MAYFLY_TEST_URL=http://127.0.0.1:$service_port
    dotnet "$app/mayfly.dll" serve --listen "127.0.0.1:$service_port" --data "$service_dir" >"$results/service.log" 2>&1 &
    service_pid=$!
    local tries=0
    until curl -sf -o /dev/null "$MAYFLY_TEST_URL/healthz/ready"; do
        tries=$((tries + 1))
        if [ $tries -gt 300 ] || ! kill -0 "$service_pid" 2>/dev/null; then
            cat "$results/service.log" >&2
            fail "the service under test did not become ready; its log is above."
        fi
        sleep 0.1
    done
    MAYFLY_TEST_KEY=$(dotnet "$app/mayfly.dll" keys create --name tests --json --data "$service_dir" | grep -oE 'uc-[0-9A-Za-z]+' | head -n 1)
    export MAYFLY_TEST_URL MAYFLY_TEST_KEY
}

stop_service() {
    [ -n "$service_pid" ] || return 0
    kill -TERM "$service_pid" 2>/dev/null || true
    wait "$service_pid" || return 1
    service_pid=
    rm -rf "$service_dir"
}

finish() {
    local status=$?
    end_jobs
    if [ -n "$service_pid" ]; then
        kill -TERM "$service_pid" 2>/dev/null || true
        wait "$service_pid" || true
    fi
    [ -n "$service_dir" ] && rm -rf "$service_dir"
    [ -n "$results" ] && [ "$failed" -eq 0 ] && [ $status -eq 0 ] && rm -rf "$results"
    return $status
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
    check jail make -s -C "$repo/cell/jail" OUT="$app/cell" test
    suite host "$(assembly Mayfly.HostTests)" -maxThreads 1 "${quick[@]}"
    start_service
    suite contract "$(assembly Mayfly.ContractTests)" "${quick[@]}"
    . "$repo/scripts/test-sdks.sh"
    test_sdks "$@"
    check service-stops-cleanly stop_service

    [ "$failed" -eq 0 ] || say "The logs are in $results"
    printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" -eq 0 ]
}
