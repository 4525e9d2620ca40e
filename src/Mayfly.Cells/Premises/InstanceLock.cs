using System.Globalization;
using System.Runtime.InteropServices;
using Mayfly.Cells.Kernel;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.Cells.Premises;

/// <summary>One mayfly-cells for each data directory: a lock that the kernel gives back when its holder dies.</summary>
internal sealed class InstanceLock : IDisposable
{
    // `mayfly run` at the same time on one machine: each has cells of a few hundred MiB.
    private const int MaxPool = 64;

    private readonly FileStream _file;

    private InstanceLock(string data, FileStream file) => (Data, _file) = (data, file);

    /// <summary>The real path of the data directory that is locked.</summary>
    public string Data { get; }

    /// <summary>Twelve hex digits that tell this data directory's cgroups and uids from another's.</summary>
    public string Instance => InstanceOf(Data);

    /// <summary>Takes the lock; it holds until disposed or until the process ends, however it ends.</summary>
    /// <param name="data">The data directory.</param>
    /// <exception cref="StartException">Another process holds it.</exception>
    public static InstanceLock Take(string data) => TryTake(data, out var holder)
        ?? throw new StartException($"flock {data}/lock: EAGAIN. Another mayfly serves from {data} (process {holder}). Stop it, or give this one another --data.");

    /// <summary>Takes the first of <c>&lt;pool&gt;/1</c>, <c>/2</c>, … that nobody uses.</summary>
    /// <remarks>Few names, used again and again: what a killed predecessor left in one is swept by the next to take it.</remarks>
    public static InstanceLock TakeAny(string pool)
    {
        for (var number = 1; number <= MaxPool; number++)
        {
            var data = DataDirectory.Open($"{pool}/{number.ToString(CultureInfo.InvariantCulture)}");
            if (TryTake(data, out _) is { } taken)
            {
                return taken;
            }
        }

        throw new StartException($"{pool}: all {MaxPool} data directories in it are in use. Wait until one of those runs is over.");
    }

    /// <summary>Twelve hex digits out of a data directory's real path.</summary>
    public static string InstanceOf(string data)
    {
        var digest = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(data));
        return Convert.ToHexStringLower(digest)[..12];
    }

    public void Dispose() => _file.Dispose();

    private static InstanceLock? TryTake(string data, out string holder)
    {
        var path = $"{data}/lock";
        var file = new FileStream(LibC.OpenOrCreate(path), FileAccess.ReadWrite, bufferSize: 0);
        if (LibC.FileLock(file.SafeFileHandle, LibC.LockEx | LibC.LockNb) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            using var reader = new StreamReader(file);
            holder = reader.ReadToEnd().Trim();
            return error == Errno.EAGAIN ? null : throw new KernelException($"flock {path}", error, "The data directory must be on a local file system.");
        }

        file.SetLength(0);
        file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        holder = "";
        return new InstanceLock(data, file);
    }
}
