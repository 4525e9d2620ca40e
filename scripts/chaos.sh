# ./mayfly chaos: what the tests do on a small scale, with large numbers. Sourced by ./mayfly.

chaos() {
    local what=${1:-}
    [ $# -gt 0 ] && shift
    case "$what" in
        billing) chaos_billing ;;
        sdks)    chaos_sdks "$@" ;;
        microvms) chaos_microvms ;;
        *)       fail "there is no ./mayfly chaos $what: it is billing, sdks or microvms." ;;
    esac
}

# A gateway is killed again and again, on both engines; the suite's own test.
chaos_billing() {
    . "$repo/scripts/test-stores.sh"
    install_build_tools
    install_store_tools
    build_one tests/Mayfly.StoreTests
    MAYFLY_CHAOS_KILLS=${MAYFLY_CHAOS_KILLS:-30} MAYFLY_CHAOS_EXECUTIONS=${MAYFLY_CHAOS_EXECUTIONS:-2000} \
        dotnet "$repo/artifacts/build/tests/bin/Mayfly.StoreTests/release/Mayfly.StoreTests.dll" -noLogo -noColor -diagnostics \
        -class Mayfly.StoreTests.Gateways.BillingChaosTests
}

# The service is stopped and killed while all three SDKs make a thousand calls each. Options: --calls, --parallel, --restarts.
chaos_sdks() {
    need_root "./mayfly chaos sdks (it starts a service of its own)"
    . "$repo/scripts/test-sdks.sh"
    install_build_tools
    install_run_tools
    install_missing "running the SDKs" "python3:python3:runs the Python SDK and counts"
    ensure_user
    want_image=yes
    build
    ensure_image
    MAYFLY_TEST_IMAGE=$(dotnet "$app/mayfly.dll" image show --path)
    use_node
    build_node_sdk
    build_one tests/Mayfly.ClientStorm
    MAYFLY_APP=$app python3 "$repo/sdks/storm/storm.py" "$@"
}

# All tests of micro-VMs: those, too, that wait for many boots. Most break guests of a service under load, from outside and from inside, and say how long it took.
chaos_microvms() {
    need_root "./mayfly chaos microvms (it starts a service of its own)"
    . "$repo/scripts/test.sh"
    install_build_tools
    install_run_tools
    prepare_guests
    ensure_user
    want_image=yes
    build
    ensure_image
    build_one tests/Mayfly.HostTests
    MAYFLY_TEST_IMAGE=$(dotnet "$app/mayfly.dll" image show --path)
    MAYFLY_TEST_CHAOS=yes MAYFLY_APP=$app MAYFLY_REPOSITORY=$repo MAYFLY_TEST_IMAGE=$MAYFLY_TEST_IMAGE \
        dotnet "$(assembly Mayfly.HostTests)" -noLogo -noColor -maxThreads 1 -showLiveOutput \
        -namespace Mayfly.HostTests.MicroVms
}

# build_one PROJECT: into the directory where the tests are.
build_one() {
    step "Building $1"
    dotnet build "$repo/$1" -c Release --artifacts-path "$repo/artifacts/build/tests" -v quiet -nologo >&2 || fail "$1 does not build."
}
