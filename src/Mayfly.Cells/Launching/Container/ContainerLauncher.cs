using System.Globalization;
using Mayfly.Cells.Cgroups;
using Mayfly.Cells.Launching.Runc;
using Mayfly.Cells.Loop;
using Mayfly.Cells.Sweeping;
using Mayfly.Protocol;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.Cells.Launching.Container;

/// <summary>Cells as containers: the agent in a user namespace, made by runc.</summary>
internal sealed class ContainerLauncher(EventLoop loop, Children children, ICgroups cgroups, Sweeper sweeper, UidBlocks uids) : ILauncher
{
    private readonly RuncProgram _runc = new(loop, children);

    public string Name => "container";

    public LauncherOffer Offer => new(FrameLimits.MaxSlots, JailCgroups.FromOutside);

    public async Task<ICell> StartAsync(CellRequest request, CancellationToken stop)
    {
        var cell = new RuncCell($"cell-{request.Cell.ToString(CultureInfo.InvariantCulture)}", uids, sweeper, loop, EndOf);
        try
        {
            // 100 is the ordinary weight, the gateway's: however many slots a cell has, the gateway gets its turn.
            cgroups.CreateCell(cell.Name, new CellLimits(request.MemoryBytes, request.Processes, CpuWeight: 50), cell.FirstUid);
            cell.WriteBundle(CellConfig.For(cgroups.PathOf(cell.Name), cgroups.DelegatedTo(cell.Name), cell.FirstUid));
            var (ours, theirs) = SocketPair.Stream();
            cell.Stream = ours;
            cell.Init = await _runc.RunAsync(cell, CellConfig.Agent, stop, theirs);
            return cell;
        }
        catch (Exception failure) when (failure is KernelException or IOException or UnauthorizedAccessException or LaunchException)
        {
            throw await cell.GiveUpAsync(failure);
        }
    }

    private static CellEnd EndOf(ExitStatus status, string lastWords) => new(status == new ExitStatus(0, 0), $"its agent ended: {status}. {lastWords}");
}
