#!/bin/sh
# Makes a cell as far as a zygote can tell (own namespaces, the image as read-only root; not a user namespace) and runs the tests in
# it as its PID 1. As root: cell.sh <image> <compiled seccomp filter> <built parts> [name of a program or check]…
set -eu

if [ "${1-}" != --inside ]; then
    [ "$(id -u)" = 0 ] || { echo "SKIPPED: the zygote's tests make namespaces and need root"; exit 77; }
    here=$(cd "$(dirname "$0")" && pwd)
    image=$1 filter=$2 built=$3
    shift 3
    parts=$(mktemp -d)
    trap 'rm -rf "$parts"' EXIT
    chmod 755 "$parts"
    cp -r "$built/python" "$built/jailer" "$here" "$parts"
    cp "$filter" "$parts/seccomp.bpf"
    "${CC:-gcc}" -std=gnu17 -O2 -Wall -Wextra -Werror -fPIC -fvisibility=hidden -shared -o "$parts/long_ago.so" "$here/../../jail/test/preloaded/long_ago.c"
    unshare --mount --pid --net --ipc --uts --cgroup --fork --kill-child --propagation private "$0" --inside "$image" "$parts" "$@"
    exit
fi

image=$2 parts=$3
shift 3
mount --bind "$image" "$image"
cd "$image"
mount -t proc -o nosuid,nodev,noexec proc proc
mount -t tmpfs -o mode=755,nosuid,noexec tmpfs dev
for device in null zero full random urandom; do
    : >dev/$device
    mount --bind /dev/$device dev/$device
done
mount --bind "$parts" mayfly
mount -t tmpfs -o mode=755 tmpfs tmp
mount -o remount,bind,ro .
pivot_root . run
cd /
exec env -i PATH=/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1 python3 /mayfly/test/main.py "$@"
