using Mayfly.Cells.Loop;
using Mayfly.Cells.Premises;
using Mayfly.Cells.Sweeping;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Cells.Launching.Runc;

/// <summary>One container and what runs in it, from the moment something is made for it until nothing of it is left.</summary>
internal sealed class RuncCell : ICell
{
    private readonly UidBlocks _uids;
    private readonly Sweeper _sweeper;
    private readonly Func<ExitStatus, string, CellEnd> _endOf;

    /// <param name="name">Of its cgroup, its bundle and runc's container.</param>
    /// <param name="uids">Gives its users.</param>
    /// <param name="sweeper">Puts away what was in its cgroup.</param>
    /// <param name="loop">Calls back.</param>
    /// <param name="endOf">What the end of its first process, with its last words, says about the cell's.</param>
    public RuncCell(string name, UidBlocks uids, Sweeper sweeper, EventLoop loop, Func<ExitStatus, string, CellEnd> endOf)
    {
        _endOf = endOf;
        Name = name;
        _uids = uids;
        _sweeper = sweeper;
        FirstUid = uids.Take();
        LastWords = new LastWords(loop);
    }

    /// <summary>Of its cgroup, its bundle and runc's container.</summary>
    public string Name { get; }

    public uint FirstUid { get; }

    public LastWords LastWords { get; }

    public string Bundle => $"{PrivateMounts.Cells}/{Name}";

    public string PidFile => $"{Bundle}/pid";

    /// <summary>PID 1 of the container; null until runc has started it.</summary>
    public Child? Init { get; set; }

    public SafeFileHandle Stream { get; set; } = new();

    /// <summary>Makes the bundle that runc starts.</summary>
    public void WriteBundle(OciConfig config)
    {
        Directory.CreateDirectory(Bundle);
        File.WriteAllText($"{Bundle}/config.json", config.ToJson());
    }

    /// <summary>Puts away what a start that failed has left.</summary>
    /// <returns>The failure, for the gateway.</returns>
    public async Task<LaunchException> GiveUpAsync(Exception failure)
    {
        Kill();
        var gone = await RemoveAsync();
        return new LaunchException(gone ? failure.Message : $"{failure.Message} Parts of it could not be removed: processes in its cgroup do not die.", failure);
    }

    public Task<CellEnd> Ended => WaitAsync();

    public void Kill() => Init?.Kill();

    public async Task<bool> RemoveAsync()
    {
        Stream.Dispose();
        // The kernel has killed the cell's pid namespace with its init; what a broken start left is found in the cgroup.
        var (_, gone) = await _sweeper.SweepAsync(Name);
        Delete(Bundle);
        Delete($"{PrivateMounts.RuntimeState}/{Name}");
        LastWords.Dispose();
        Init?.Dispose();
        if (gone)
        {
            _uids.Return(FirstUid); // else the block is lost: somebody may still run with these uids
        }

        return gone;
    }

    private async Task<CellEnd> WaitAsync()
    {
        var status = await Init!.Ended;
        await LastWords.CompleteAsync(); // its processes are gone: what they wrote is in the pipe, and nothing more comes
        return _endOf(status, LastWords.ToString()) with { Killed = status.Signal == Signals.Kill };
    }

    private static void Delete(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
