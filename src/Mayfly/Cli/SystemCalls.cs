using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Cli;

/// <summary>The few calls for which .NET has no method: becoming another program, and another user.</summary>
internal static partial class SystemCalls
{
    public static bool IsRoot => GetEffectiveUserId() == 0;

    /// <summary>Replaces this process. Returns only by throwing.</summary>
    /// <exception cref="CommandFailure">The program could not be executed.</exception>
    public static void Execute(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        string?[] argv = [program, .. arguments, null];
        string?[] envp = [.. environment.Select(pair => $"{pair.Key}={pair.Value}"), null];
        Execve(program, argv, envp);
        var error = Marshal.GetLastPInvokeError();
        throw new CommandFailure($"cannot execute {program}: {Marshal.GetPInvokeErrorMessage(error)}. Build first: ./mayfly build");
    }

    /// <summary>Puts <paramref name="path"/> in the place of descriptor 0.</summary>
    public static void OpenAsStdin(string path)
    {
        var descriptor = Open(path, 0);
        if (descriptor < 0 || Dup2(descriptor, 0) < 0)
        {
            throw new CommandFailure($"cannot read {path}: {Marshal.GetLastPInvokeErrorMessage()}", 125);
        }

        _ = Close(descriptor);
    }

    /// <summary>
    /// Gives up root for good. Commands that touch what belongs to the gateway do so as the gateway's user: root must
    /// not follow paths that a less privileged process controls.
    /// </summary>
    /// <exception cref="CommandFailure">The user does not exist or the change was refused.</exception>
    public static void BecomeUser(string name)
    {
        var (user, group) = FindUser(name)
            ?? throw new CommandFailure($"the user {name} does not exist. Create it: useradd --system --user-group --no-create-home --shell /usr/sbin/nologin {name}");
        if (SetGroups(0, IntPtr.Zero) != 0 || SetGroupIds(group, group, group) != 0 || SetUserIds(user, user, user) != 0)
        {
            throw new CommandFailure($"cannot become user {name} ({user}): {Marshal.GetLastPInvokeErrorMessage()}", CommandFailure.NeedsRoot);
        }
    }

    /// <summary>Asks a process to end (SIGTERM).</summary>
    public static void Terminate(int process)
    {
        if (Kill(process, 15) != 0)
        {
            throw new CommandFailure($"cannot end process {process}: {Marshal.GetLastPInvokeErrorMessage()}", CommandFailure.NeedsRoot);
        }
    }

    /// <summary>The beginning of a small file that somebody holds a lock on; "" if it cannot be read.</summary>
    /// <remarks>.NET's own way to open a file asks for a shared lock, which the holder of an exclusive one does not give.</remarks>
    public static string ReadLocked(string path)
    {
        const int CloseOnExecute = 0x80000, NoFollow = 0x20000;
        using var file = new SafeFileHandle(Open(path, CloseOnExecute | NoFollow), ownsHandle: true);
        Span<byte> begin = stackalloc byte[4096];
        return file.IsInvalid ? "" : System.Text.Encoding.UTF8.GetString(begin[..RandomAccess.Read(file, begin, 0)]);
    }

    /// <summary>Makes a directory that only <paramref name="user"/> can use.</summary>
    public static void MakeOwnedDirectory(string path, string user)
    {
        var (id, group) = FindUser(user) ?? throw new CommandFailure($"the user {user} does not exist");
        if (MakeDirectory(path, 0x1C0) != 0 || ChangeOwner(path, id, group) != 0) // 0700
        {
            throw new CommandFailure($"cannot make {path} for {user}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Ids of a local user, or null.</summary>
    public static (uint User, uint Group)? FindUser(string name)
    {
        foreach (var line in File.ReadLines("/etc/passwd"))
        {
            var fields = line.Split(':');
            if (fields.Length >= 4 && fields[0] == name)
            {
                return (uint.Parse(fields[2], CultureInfo.InvariantCulture), uint.Parse(fields[3], CultureInfo.InvariantCulture));
            }
        }

        return null;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execve(string path, string?[] argv, string?[] envp);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Dup2(int from, int to);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    private static partial int SetGroups(nuint count, IntPtr groups);

    [LibraryImport("libc", EntryPoint = "setresgid", SetLastError = true)]
    private static partial int SetGroupIds(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setresuid", SetLastError = true)]
    private static partial int SetUserIds(uint real, uint effective, uint saved);
}
