using Mayfly.Cells.Kernel;

namespace Mayfly.Cells.Premises;

/// <summary>What of the data directory is whose: everything root's, but <c>gateway/</c>, which is the gateway's alone.</summary>
internal static class DataDirectory
{
    private const UnixFileMode OthersMayPass = UnixFileMode.OtherExecute;

    /// <summary>Makes it if missing, and returns its real path.</summary>
    /// <exception cref="StartException">Somebody other than root could put something else into it, or in its place.</exception>
    public static string Open(string path)
    {
        Directory.CreateDirectory(path);
        var real = Files.RealPath(path);
        RequireRootsAlone(real);
        // Passing through is all that the gateway's user needs of it; what must stay secret below it is closed itself.
        File.SetUnixFileMode(real, File.GetUnixFileMode(real) | OthersMayPass | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return real;
    }

    // Root runs programs out of it, makes and removes in it what it finds there by name.
    private static void RequireRootsAlone(string data)
    {
        for (var directory = data; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            var (uid, gid, mode) = Files.StatusOf(directory);
            if (uid != 0)
            {
                throw new StartException($"data directory {data}: {directory} belongs to uid {uid}, who could replace what root uses there. chown root {directory}, or choose another --data.");
            }

            // In a sticky directory, such as /tmp, others cannot touch what is root's.
            var sticky = directory != data && mode.HasFlag(UnixFileMode.StickyBit);
            if (!sticky && (mode.HasFlag(UnixFileMode.OtherWrite) || (mode.HasFlag(UnixFileMode.GroupWrite) && gid != 0)))
            {
                throw new StartException($"data directory {data}: {directory} has mode {Convert.ToString((int)mode, 8)}, so that users other than root could replace what root uses there. chmod go-w {directory}, or choose another --data.");
            }
        }
    }

    /// <summary>Makes the gateway's directory, and checks that its user gets there.</summary>
    /// <exception cref="StartException">A directory above it is closed to that user.</exception>
    public static void OpenForGateway(string data, User user)
    {
        for (var directory = Path.GetDirectoryName(data); directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (!File.GetUnixFileMode(directory).HasFlag(OthersMayPass))
            {
                throw new StartException($"data directory {data}: user \"{user.Name}\" cannot pass {directory} (mode {Convert.ToString((int)File.GetUnixFileMode(directory), 8)}). chmod o+x {directory}, or choose another --data.");
            }
        }

        var gateway = $"{data}/gateway";
        Files.MakeDirectory(gateway, 0x1C0); // 0700
        Files.ChangeOwner(gateway, user.Uid, user.Gid);
    }
}
