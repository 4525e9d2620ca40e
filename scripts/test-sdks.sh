# The SDKs' part of ./mayfly test. Sourced by scripts/test.sh, whose suite, check and counters it uses; the service under test is up.

sdk_tools=(
    "python3:python3:runs the Python SDK's tests and the server that fails on purpose"
    "python3-venv:/usr/share/doc/python3-venv:makes the clean environment that the wheel is installed into"
    "python3-build:/usr/share/doc/python3-build:builds the wheel"
    "python3-hatchling:/usr/share/doc/python3-hatchling:is what the wheel is built by"
    "jq:jq:is in the recipe for curl"
    "nginx:nginx:is the reverse proxy of the recipe, on ports of its own"
)

install_sdk_tools() {
    without_services install_missing "testing the SDKs" "${sdk_tools[@]}"
    # A large one, and not to be had everywhere (a snap on Ubuntu): without it the pages' own tests are skipped by name.
    (install_missing "looking at /docs in a browser" "chromium:chromium:shows the API's reference, and whether it asks anybody else") || say "  chromium cannot be installed: the tests of /docs in a browser will be skipped"
    use_node
}

# The SDK needs Node.js 20 and Debian 12 has 18; the image has 22.
use_node() {
    node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null && return 0
    [ -x "$MAYFLY_TEST_IMAGE/rootfs/usr/bin/node" ] || fail "the image has no rootfs/usr/bin/node; make it again: ./mayfly image build --force"
    mkdir -p "$repo/artifacts/node"
    ln -sf "$MAYFLY_TEST_IMAGE/rootfs/usr/bin/node" "$repo/artifacts/node/node"
    export PATH="$repo/artifacts/node:$PATH"
}

# count NAME STATUS PASSED FAILED SKIPPED: a suite that is not xunit's goes into the sum.
count() {
    local name=$1 status=$2
    if [ $(($3 + $4)) -eq 0 ] || { [ "$status" -ne 0 ] && [ "$4" -eq 0 ]; }; then
        say "$name: exit code $status with $3 passed and no failed test"
        failures+=("$name: exit code $status with no failed test")
        failed=$((failed + 1))
    fi
    [ "$4" -eq 0 ] || failures+=("$name: $4 tests")
    passed=$((passed + $3)) failed=$((failed + $4)) skipped=$((skipped + $5))
}

# The number behind the first such word of a log.
number() { grep -oE "$1[= ]*[0-9]+" "$2" | grep -oE '[0-9]+$' | tail -n 1 || true; }

# Chained: where its status is looked at, "set -e" is off.
build_node_sdk() {
    (
        cd "$repo/sdks/node" &&
            { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent; } &&
            npm run --silent build
    )
}

node_sdk() {
    step sdk-node
    local log=$results/sdk-node.log status=0 pass fail skip
    { build_node_sdk && (cd "$repo/sdks/node" && node --test --test-reporter=spec test/*.test.mjs); } >"$log" 2>&1 || status=$?
    count_node sdk-node $status "$log"
}

# count_node NAME STATUS LOG: a suite of node --test goes into the sum; what it skipped is named.
count_node() {
    local pass fail skip
    [ "$2" -eq 0 ] || cat "$3"
    pass=$(number "ℹ pass" "$3") fail=$(number "ℹ fail" "$3") skip=$(number "ℹ skipped" "$3")
    grep -E '﹣.*# ' "$3" || true
    say "${pass:-0} passed, ${fail:-0} failed, ${skip:-0} skipped"
    count "$1" "$2" "${pass:-0}" "${fail:-0}" "${skip:-0}"
}

# node_suite NAME DIRECTORY: tests with packages of their own.
node_suite() {
    step "$1"
    local log=$results/$1.log status=0
    (
        cd "$repo/$2" &&
            { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent; } &&
            node --test --test-concurrency=1 --test-reporter=spec ./*.test.mjs
    ) >"$log" 2>&1 || status=$?
    count_node "$1" $status "$log"
}

# Against the wheel in a clean environment, made and installed without a network.
python_sdk() {
    step sdk-python
    local log=$results/sdk-python.log work=$results/sdk-python status=0 all bad skip
    mkdir -p "$work"
    (
        # Debian's own Python: its packages build the wheel. It checks a list longer than what a wheel takes.
        cp -r "$repo/sdks/python" "$work/source" &&
            cd "$work/source" &&
            /usr/bin/python3 -m build --wheel --no-isolation --skip-dependency-check --outdir "$work" . &&
            /usr/bin/python3 -m venv "$work/venv" &&
            "$work/venv/bin/pip" install --quiet --no-index --no-cache-dir "$work"/*.whl &&
            cd "$repo/sdks/python" &&
            "$work/venv/bin/python" -B -W error -m unittest
    ) >"$log" 2>&1 || status=$?
    [ $status -eq 0 ] || cat "$log"
    all=$(number "Ran" "$log") skip=$(number "skipped" "$log")
    bad=$(($(number "failures" "$log") + $(number "errors" "$log") + 0))
    say "$((${all:-0} - bad - ${skip:-0})) passed, $bad failed, ${skip:-0} skipped"
    count sdk-python $status $((${all:-0} - bad - ${skip:-0})) $bad "${skip:-0}"
}

# The C# snippet as its readers run it, and compiled ahead of time.
snippets() { python3 "$repo/sdks/snippets/run.py" "$@"; }

# In a shell of its own: a publish that fails ends it, and is one failed test.
ahead_of_time() (
    publish tests/Mayfly.ClientSample "$repo/artifacts/client-sample" -r "$rid"
    snippets "$repo/artifacts/client-sample/mayfly-client-sample"
)

# test_sdks [--quick]
test_sdks() {
    install_sdk_tools
    node_sdk
    python_sdk
    suite sdk-csharp "$(assembly Mayfly.ClientTests)"
    node_suite reference tests/reference
    node_suite recipes tests/recipes
    check sdk-snippets snippets dotnet "$repo/artifacts/build/tests/bin/Mayfly.ClientSample/release/mayfly-client-sample.dll"
    [ "${1:-}" != --quick ] || return 0
    check sdk-ahead-of-time ahead_of_time
    # `./mayfly chaos sdks` makes a thousand calls through each.
    check sdk-storm python3 "$repo/sdks/storm/storm.py" --calls 40
}
