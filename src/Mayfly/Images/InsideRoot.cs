namespace Mayfly.Images;

/// <summary>
/// Runs a program inside the root being built: own mount, pid, network, IPC and UTS namespaces, no network, and nothing of the
/// host but /mnt, read-only. Whatever it does to paths, links in the root included, stays in the root.
/// </summary>
internal static class InsideRoot
{
    // Mounts are private to the namespace and vanish with it. /dev is made anew: Debian's device nodes do not stay in the image.
    private const string Enter = """
        set -eu
        root=$1 stage=$2 mode=$3 user=$4
        shift 4
        mount --bind "$root" "$root"
        cd "$root"
        if [ "$mode" = rw ]; then
            rm -rf dev mnt
            mkdir dev mnt
        else
            mount -o remount,bind,ro "$root"
            mount -t tmpfs -o mode=1777,size=64m tmpfs tmp
        fi
        mount -t tmpfs -o mode=0755,size=16m tmpfs dev
        mkdir -m 1777 dev/shm
        for node in null zero urandom; do
            : > "dev/$node"
            mount --bind "/dev/$node" "dev/$node"
        done
        mount -t proc proc proc
        if [ -n "$stage" ]; then
            mount --bind "$stage" mnt
            mount -o remount,bind,ro "$root/mnt"
        fi
        exec env -i PATH=/usr/bin:/bin:/usr/sbin HOME=/ LANG=C.UTF-8 LC_ALL=C.UTF-8 TZ=UTC OPENBLAS_NUM_THREADS=1 \
            chroot --userspec="$user" --groups= "$root" "$@"
        """;

    /// <summary>As root, with a writable root: the steps that make the image.</summary>
    public static Task<string> ChangeAsync(string root, string stage, TimeSpan limit, IReadOnlyList<string> command, CancellationToken cancel) =>
        RunAsync(root, stage, "rw", "0:0", limit, command, cancel);

    /// <summary>As a program would run: read-only, without a right. <paramref name="stage"/> is seen as /mnt.</summary>
    public static Task<string> AskAsync(string root, string stage, TimeSpan limit, IReadOnlyList<string> command, CancellationToken cancel) =>
        RunAsync(root, stage, "ro", "10000:10000", limit, command, cancel);

    private static Task<string> RunAsync(
        string root, string stage, string mode, string user, TimeSpan limit, IReadOnlyList<string> command, CancellationToken cancel) =>
        new ExternalProgram("unshare",
            [
                "--net", "--ipc", "--uts", "--",
                "/bin/sh", "-c", Enter, "inside-root", root, stage, mode, user, .. command,
            ])
        {
            Name = $"{string.Join(' ', command.Take(2))} (inside the new root)",
            Limit = limit,
            IsTied = true,
        }.RunAsync(cancel);
}
