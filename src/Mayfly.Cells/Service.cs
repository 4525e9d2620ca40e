using Mayfly.Cells.Cgroups;
using Mayfly.Cells.Control;
using Mayfly.Cells.Kernel;
using Mayfly.Cells.Launching;
using Mayfly.Cells.Launching.Container;
using Mayfly.Cells.Launching.MicroVm;
using Mayfly.Cells.Launching.Runc;
using Mayfly.Cells.Loop;
using Mayfly.Cells.Premises;
using Mayfly.Cells.Supervision;
using Mayfly.Cells.Sweeping;

namespace Mayfly.Cells;

/// <summary>mayfly-cells from its start to its end, in order.</summary>
internal static class Service
{
    public static int Run(CommandLine options)
    {
        Log.OnlyFailures = options.Once;
        var user = User.Find(options.User);
        var image = CellImage.Open(options.Image);
        var guest = options.Guest is { } part ? GuestPart.Open(part, image.Digest) : null;
        var given = DataDirectory.Open(options.Data);

        using var instance = options.Pool ? InstanceLock.TakeAny(given) : InstanceLock.Take(given); // first of all that changes anything
        DataDirectory.OpenForGateway(instance.Data, user);
        var cgroups = CgroupMounts.Find(instance.Instance);
        var loop = new EventLoop();
        var sweeper = new Sweeper(loop, cgroups);
        Sweep(loop, sweeper, "left by a predecessor that was killed");
        var app = AppCopy.Make(instance.Data, options.App);

        PrivateMounts.Enter(image.Rootfs, $"{app}/cell");
        using var signals = new Signals(); // from here on there is something to put away
        try
        {
            cgroups.CreateInstance();
            cgroups.CreateGateway();
            var children = new Children(loop);
            var uids = new UidBlocks(instance.Instance);
            var launchers = new Dictionary<string, Func<ILauncher>>
            {
                ["container"] = () => new ContainerLauncher(loop, children, cgroups, sweeper, uids),
                ["microvm"] = () => new MicroVmLauncher(loop, children, cgroups, sweeper, uids, guest!, Accelerator.Choose(options.Accelerator), app),
            };
            var launcher = launchers[options.Launcher]();
            var bounds = new Bounds(options.MaxCells, launcher.Offer.MaxSlots, options.MaxCellMemory, options.MaxCellProcesses);
            var program = new UnprivilegedChild(children, user, app, options.Child);
            var supervisor = new Supervisor(loop, children, signals, program, cgroups, launcher, bounds, image.Digest, options.DrainLimit, options.Grace, options.Once);
            return loop.Run(supervisor.RunAsync);
        }
        finally
        {
            Sweep(loop, sweeper, "at the end");
        }
    }

    private static void Sweep(EventLoop loop, Sweeper sweeper, string when)
    {
        var (killed, gone) = loop.Run(() => sweeper.SweepAsync(null));
        if (!gone)
        {
            throw new StartException($"sweep {when}: processes or cgroups of this instance remain after {killed} were killed. A process that does not die waits for a device or a file system; dmesg names it.");
        }

        if (killed > 0)
        {
            Log.Event($"swept {killed} processes {when}");
        }
    }
}
