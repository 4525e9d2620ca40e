# The stores' part of ./mayfly test. Sourced by scripts/test.sh and scripts/chaos.sh, and by ./mayfly bench accounting.
#
# The suite starts PostgreSQL and Valkey itself, in temporary directories, on Unix sockets, as the user nobody, and ends
# them. Here it is seen to that the distribution's packages are there and that no server of theirs runs because of it.

store_tools=(
    "postgresql:/usr/lib/postgresql:a real PostgreSQL for the tests of stores"
)

install_store_tools() {
    local server=redis-server
    apt-cache show valkey-server >/dev/null 2>&1 && server=valkey-server
    local tools=("${store_tools[@]}")
    is_here valkey-server || tools+=("$server:$server:a real Valkey (or the Redis 7 that it was made from) for the tests of shared limits")
    without_services install_missing "testing the stores" "${tools[@]}"
}

# Runs something during which no package's service is started: Debian's means for it, if the machine does not use it itself.
without_services() {
    local policy=/usr/sbin/policy-rc.d own=no
    if [ "$(id -u)" = 0 ] && [ ! -e "$policy" ]; then
        own=yes
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 0755 "$policy"
    fi
    "$@"
    [ "$own" = no ] || rm -f "$policy"
}

test_stores() {
    suite stores "$(assembly Mayfly.StoreTests)" "$@"
}
