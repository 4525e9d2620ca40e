using System.Globalization;
using System.Runtime.InteropServices;
using Mayfly.Cells.Cgroups;
using Mayfly.Cells.Launching.Runc;
using Mayfly.Cells.Loop;
using Mayfly.Cells.Premises;
using Mayfly.Cells.Sweeping;
using Mayfly.Protocol;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.Cells.Launching.MicroVm;

/// <summary>Cells as micro-VMs: the agent in a guest with a kernel of its own, the guest in QEMU, QEMU in a container that holds nothing.</summary>
internal sealed class MicroVmLauncher : ILauncher
{
    // QEMU's own threads: processors, input and output, the emulator's.
    private const uint MaxThreads = 160;

    // Of guest-clock, which needs a fifth of a second.
    private static readonly TimeSpan s_clockLimit = TimeSpan.FromSeconds(20);

    private readonly EventLoop _loop;
    private readonly Children _children;
    private readonly ICgroups _cgroups;
    private readonly Sweeper _sweeper;
    private readonly UidBlocks _uids;
    private readonly RuncProgram _runc;
    private readonly GuestPart _guest;
    private readonly Accelerator _accelerator;
    private readonly string _app;
    private readonly string _qemu = Programs.Find(QemuCommand.Program, "apt-get install --no-install-recommends qemu-system-x86 (aarch64: qemu-system-arm)");
    private readonly GuestWatch _watch;
    private readonly HashSet<RuncCell> _running = [];
    private bool _mustBeChecked, _isWatching;
    private long? _tscKhz;

    public MicroVmLauncher(
        EventLoop loop, Children children, ICgroups cgroups, Sweeper sweeper, UidBlocks uids, GuestPart guest, Accelerator accelerator, string app)
    {
        (_loop, _children, _cgroups, _sweeper, _uids) = (loop, children, cgroups, sweeper, uids);
        (_guest, _accelerator, _app) = (guest, accelerator, app);
        _runc = new RuncProgram(loop, children);
        VmMounts.Make(guest, app, accelerator.IsKvm);
        _watch = new GuestWatch(loop, guest.InUse);
        var how = accelerator.IsKvm ? "by KVM" : "emulated, many times slower than by KVM";
        Log.Event($"micro-VMs run Linux {guest.Kernel}, {how}: {accelerator.Why}");
    }

    public string Name => "microvm";

    public LauncherOffer Offer => new(FrameLimits.MaxSlots, JailCgroups.OwnKernel, _accelerator.Patience);

    public async Task<ICell> StartAsync(CellRequest request, CancellationToken stop)
    {
        if (!_isWatching) EventLoop.Go(WatchAsync);
        Look();
        Check();
        var cell = new RuncCell($"cell-{request.Cell.ToString(CultureInfo.InvariantCulture)}", _uids, _sweeper, _loop, EndOf);
        try
        {
            var shape = new QemuShape(
                _accelerator.IsKvm, (int)Math.Clamp(request.Slots, 1, Environment.ProcessorCount), request.MemoryBytes, _guest.RootBytes,
                _accelerator.IsKvm ? 0 : await TscKhzAsync(), _accelerator.Patience);
            var limits = new CellLimits(request.MemoryBytes + QemuCommand.OverheadBytes(_accelerator.IsKvm), MaxThreads, CpuWeight: 50);
            _cgroups.CreateCell(cell.Name, limits, cell.FirstUid);
            var command = QemuCommand.Arguments(shape, RuntimeInformation.OSArchitecture);
            cell.WriteBundle(QemuConfig.For(_cgroups.PathOf(cell.Name), cell.FirstUid, _qemu, command, _accelerator.IsKvm));
            var (ours, theirs) = SocketPair.Stream();
            cell.Stream = ours;
            cell.Init = await _runc.RunAsync(cell, _qemu, stop, theirs, cell.LastWords.Writer);
            Look();
            if (_mustBeChecked) throw new LaunchException($"{_guest.Directory} was written to while {cell.Name} was started from it.");
            EventLoop.Go(() => FollowAsync(cell));
            return cell;
        }
        catch (Exception failure) when (failure is KernelException or IOException or UnauthorizedAccessException or LaunchException)
        {
            throw await cell.GiveUpAsync(failure);
        }
    }

    private async Task WatchAsync()
    {
        for (_isWatching = true; ;)
        {
            await _watch.WaitAsync();
            Look();
        }
    }

    // What runs was started from other bytes than those that were checked, or reads them now.
    private void Look()
    {
        if (!_watch.Take()) return;
        _mustBeChecked = true;
        if (_running.Count == 0) return;
        Log.Write($"{_guest.Directory}: a kernel or disk of running micro-VMs was written to. {_running.Count} of them are ended; no other is started until all of it is whole.");
        foreach (var cell in _running) cell.Kill();
    }

    // As at the start, after a change: every byte.
    private void Check()
    {
        if (!_mustBeChecked) return;
        try
        {
            GuestPart.Open(_guest.Directory, _guest.Image);
            _mustBeChecked = false;
        }
        catch (StartException damaged)
        {
            throw new LaunchException(damaged.Message, damaged);
        }
    }

    private async Task FollowAsync(RuncCell cell)
    {
        _running.Add(cell);
        await cell.Init!.Ended;
        _running.Remove(cell);
    }

    // The guest's PID 1 ends QEMU through isa-debug-exit: twice its word (cell/guest/guest.h), plus one. A reset, which is what a
    // kernel's panic comes to, is 0.
    internal static CellEnd EndOf(ExitStatus status, string lastWords) => status switch
    {
        (1, 0) => new CellEnd(true, $"its agent ended. {lastWords}"),
        (3, 0) => new CellEnd(false, $"its agent failed, and the guest with it. {lastWords}"),
        (5, 0) => new CellEnd(false, $"its guest could not be made. {lastWords}"),
        (0, 0) => new CellEnd(false, $"its guest's kernel panicked or was reset. {lastWords}"),
        _ => new CellEnd(false, $"QEMU ended: {status}. {lastWords}"),
    };

    // Once: the counter's rate is the machine's.
    private async Task<long> TscKhzAsync()
    {
        if (_tscKhz is { } known)
        {
            return known;
        }

        var file = $"{PrivateMounts.Root}/tsc-khz";
        using (var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite))
        using (var output = File.OpenHandle(file, FileMode.Create, FileAccess.Write))
        {
            using var clock = _children.Start($"{_app}/guest/guest-clock", ["guest-clock"], new Dictionary<string, string>(), nothing, output, nothing);
            if (!await _loop.WithinAsync(clock.Ended, s_clockLimit))
            {
                clock.Kill();
                await clock.Ended;
            }
        }

        // Without it the guest measures for itself.
        _tscKhz = long.TryParse(File.ReadAllText(file), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var khz) && khz is > 100_000 and < 100_000_000 ? khz : 0;
        return _tscKhz.Value;
    }
}
