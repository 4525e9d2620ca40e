using System.Globalization;
using Mayfly.Cells.Cgroups;
using Mayfly.Cells.Loop;
using Mayfly.Cells.Premises;
using Mayfly.Cells.Sweeping;
using Mayfly.Protocol;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Cells.Launching.Container;

/// <summary>Cells as containers: runc with a user namespace.</summary>
/// <remarks>
/// runc is used for its one good thing, building the namespaces in the right order, and is gone before the cell says its first
/// word: <c>run --detach</c> leaves the agent as our child. Killing and putting away need no runc: the agent is PID 1, its
/// death is everybody's, and runc's state lies on our own tmpfs.
/// </remarks>
internal sealed class ContainerLauncher(EventLoop loop, Children children, ICgroups cgroups, Sweeper sweeper, UidBlocks uids) : ILauncher
{
    // About 0.1 s on an idle machine; a loaded one gets a hundred times that.
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, string> s_environment = new() { ["PATH"] = string.Join(':', Programs.Directories), ["LANG"] = "C" };

    private readonly string _runc = Programs.Find("runc", "apt-get install runc");

    public string Name => "container";

    public LauncherOffer Offer => new(FrameLimits.MaxSlots, JailCgroups.FromOutside);

    public async Task<ICell> StartAsync(CellRequest request, CancellationToken stop)
    {
        var cell = new ContainerCell($"cell-{request.Cell.ToString(CultureInfo.InvariantCulture)}", uids, sweeper, loop);
        try
        {
            // 100 is the ordinary weight, the gateway's: however many slots a cell has, the gateway gets its turn.
            cgroups.CreateCell(cell.Name, new CellLimits(request.MemoryBytes, request.Processes, CpuWeight: 50), cell.FirstUid);
            WriteBundle(cell);
            cell.Init = await RunAsync(cell, stop);
            return cell;
        }
        catch (Exception failure) when (failure is KernelException or IOException or UnauthorizedAccessException or LaunchException)
        {
            cell.Kill();
            var gone = await cell.RemoveAsync();
            throw new LaunchException(gone ? failure.Message : $"{failure.Message} Parts of it could not be removed: processes in its cgroup do not die.", failure);
        }
    }

    private void WriteBundle(ContainerCell cell)
    {
        Directory.CreateDirectory(cell.Bundle);
        var config = CellConfig.For(cgroups.PathOf(cell.Name), cgroups.DelegatedTo(cell.Name), cell.FirstUid);
        File.WriteAllText($"{cell.Bundle}/config.json", config.ToJson());
    }

    private async Task<Child> RunAsync(ContainerCell cell, CancellationToken stop)
    {
        var (ours, theirs) = SocketPair.Stream();
        cell.Stream = ours;
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        using var runc = StartRunc(cell, nothing, theirs);
        using var stopping = stop.Register(runc.Kill);

        if (!await loop.WithinAsync(runc.Ended, s_startLimit))
        {
            runc.Kill();
            await runc.Ended;
            throw new LaunchException($"runc run {cell.Name}: not done after {s_startLimit.TotalSeconds} s. {cell.LastWords} The machine may be overloaded.");
        }

        stop.ThrowIfStopped(cell.Name);
        var status = await runc.Ended;
        if (status != new ExitStatus(0, 0))
        {
            await cell.LastWords.CompleteAsync();
            throw new LaunchException($"runc run {cell.Name}: {status}. {cell.LastWords} \"mayfly doctor\" lists what a container cell needs.");
        }

        return children.Adopt(ReadPid(cell))
            ?? throw new LaunchException($"agent of {cell.Name}: it ended as soon as it was started. {cell.LastWords} Is {CellConfig.Agent} built for this machine and image?");
    }

    private Child StartRunc(ContainerCell cell, SafeFileHandle nothing, SafeFileHandle theirs)
    {
        using (theirs)
        {
            string[] arguments =
            [
                "runc", "--root", PrivateMounts.RuntimeState, "run", "--detach",
                "--bundle", cell.Bundle, "--pid-file", cell.PidFile,
                "--preserve-fds", "1", // the stream, descriptor 3
                cell.Name,
            ];
            var runc = children.Start(_runc, arguments, s_environment, nothing, nothing, cell.LastWords.Writer, theirs);
            cell.LastWords.Writer.Dispose();
            return runc;
        }
    }

    private static int ReadPid(ContainerCell cell)
    {
        var text = File.ReadAllText(cell.PidFile);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 1
            ? pid
            : throw new LaunchException($"runc's {cell.PidFile}: \"{text}\" is no pid.");
    }
}
