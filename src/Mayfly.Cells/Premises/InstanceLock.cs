using System.Globalization;
using System.Runtime.InteropServices;
using Mayfly.Cells.Kernel;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.Cells.Premises;

/// <summary>One mayfly-cells for each data directory: a lock that the kernel gives back when its holder dies.</summary>
internal sealed class InstanceLock : IDisposable
{
    private readonly FileStream _file;

    private InstanceLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; it holds until disposed or until the process ends, however it ends.</summary>
    /// <exception cref="StartException">Another process holds it.</exception>
    public static InstanceLock Take(string data)
    {
        var path = $"{data}/lock";
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        File.SetUnixFileMode(file.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (LibC.FileLock(file.SafeFileHandle, LibC.LockEx | LibC.LockNb) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            using var reader = new StreamReader(file);
            throw error == Errno.EAGAIN
                ? new StartException($"flock {path}: EAGAIN. Another mayfly serves from {data} (process {reader.ReadToEnd().Trim()}). Stop it, or give this one another --data.")
                : new KernelException($"flock {path}", error, "The data directory must be on a local file system.");
        }

        file.SetLength(0);
        file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        return new InstanceLock(file);
    }

    /// <summary>Twelve hex digits that tell this data directory's cgroups and uids from another's.</summary>
    public static string InstanceOf(string data)
    {
        var digest = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(data));
        return Convert.ToHexStringLower(digest)[..12];
    }

    public void Dispose() => _file.Dispose();
}
