using Mayfly.Cells.Loop;
using Mayfly.Cells.Premises;
using Mayfly.Cells.Sweeping;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Cells.Launching.Container;

/// <summary>One container, from the moment something is made for it until nothing of it is left.</summary>
internal sealed class ContainerCell : ICell
{
    private readonly UidBlocks _uids;
    private readonly Sweeper _sweeper;

    public ContainerCell(string name, UidBlocks uids, Sweeper sweeper, EventLoop loop)
    {
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

    /// <summary>The agent, PID 1 of the cell; null until runc has started it.</summary>
    public Child? Init { get; set; }

    public SafeFileHandle Stream { get; set; } = new();

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
        return new CellEnd(status == new ExitStatus(0, 0), $"its agent ended: {status}. {LastWords}");
    }

    private static void Delete(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
