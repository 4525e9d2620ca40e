using System.Diagnostics;
using Mayfly.Cells.Cgroups;
using Mayfly.Cells.Control;
using Mayfly.Cells.Launching;
using Mayfly.Cells.Loop;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.Cells.Supervision;

/// <summary>Keeps the unprivileged child alive, and ends it when asked.</summary>
/// <remarks>
/// <c>drainLimit</c> is how long the child may finish what it has begun; it keeps to that itself. It is killed only if it does not end within
/// <c>grace</c> after that, or after it has closed its socket. That is for a child that is stuck, so it is long: a child that gets little CPU
/// time was seen to need 20 s for what takes a tenth of one, and whoever cannot wait asks again. With <c>once</c> it is not restarted, and its
/// exit code is ours.
/// </remarks>
internal sealed class Supervisor(
    EventLoop loop, Children children, Signals signals, UnprivilegedChild program, ICgroups cgroups, ILauncher launcher,
    Bounds bounds, string imageDigest, TimeSpan drainLimit, TimeSpan grace, bool once)
{
    /// <summary>Our own failure in <c>mayfly run</c>: below what a shell uses, above what programs use.</summary>
    public const int OwnFailure = 125;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200), s_longestPause = TimeSpan.FromSeconds(10);

    // A child that fails within this time of the very first start has a reason that a restart does not mend: a port in use,
    // a setting it does not accept. Its message is on the terminal, and so is the prompt.
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(10);

    private Child? _child;
    private readonly TaskCompletionSource _stopAsked = new();

    /// <summary>Runs until the child has ended for good.</summary>
    /// <returns>The exit code of mayfly-cells.</returns>
    public async Task<int> RunAsync()
    {
        EventLoop.Go(FollowSignalsAsync);
        var settled = false;
        for (var pause = s_firstPause; ;)
        {
            var started = Stopwatch.GetTimestamp();
            var status = await LiveAsync();
            var lived = Stopwatch.GetElapsedTime(started);
            settled |= lived > s_settled;

            if (Stopping || once)
            {
                return ExitCode(status);
            }

            if (!settled && status is { Signal: 0, Code: not 0 })
            {
                Log.Write($"the gateway ended {lived.TotalSeconds:0.0} s after its first start: {status}. What it said above is the reason.");
                return status.Code;
            }

            pause = lived > s_longestPause ? s_firstPause : pause;
            Log.Write($"the gateway ended: {status}. It is started again in {pause.TotalSeconds:0.0} s.");
            if (await loop.WithinAsync(_stopAsked.Task, pause))
            {
                return 0;
            }

            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    private bool Stopping => _stopAsked.Task.IsCompleted;

    // One child, with its socket and its cells, from start to end.
    private async Task<ExitStatus> LiveAsync()
    {
        var (ours, theirs) = SocketPair.Packets();
        using var socket = ours;
        using (theirs)
        {
            _child = program.Start(theirs);
        }

        using var child = _child;
        Enter(child);
        var control = new ControlServer(loop, socket, launcher, bounds, imageDigest);
        var serving = control.ServeAsync();
        await Task.WhenAny(child.Ended, serving);
        if (serving.IsCompleted)
        {
            await EndAsync(child, await serving);
        }

        var status = await child.Ended;
        await control.EndAllAsync();
        DescriptorSocket.Shutdown(socket);
        await serving; // a bug there must not go unseen
        return status;
    }

    private void Enter(Child child)
    {
        try
        {
            cgroups.EnterGateway(child.Pid);
        }
        catch (KernelException) when (child.Ended.IsCompleted)
        {
            // Already dead; its status says why.
        }
    }

    // The socket is closed: a child that means well is about to exit.
    private async Task EndAsync(Child child, string? violation)
    {
        if (violation is not null)
        {
            Log.Write($"{violation} The gateway is killed.");
            child.Kill();
        }
        else if (!await loop.WithinAsync(child.Ended, grace))
        {
            Log.Write("the gateway closed its control socket and lives on. It is killed.");
            child.Kill();
        }
    }

    private async Task FollowSignalsAsync()
    {
        while (true)
        {
            await signals.NextAsync(loop);
            children.ReapOrphans();
            if (signals.Stops > 0 && !Stopping)
            {
                _stopAsked.SetResult();
                Log.Event($"asked to end: the gateway may drain for {drainLimit.TotalSeconds:0} s; ask again to end at once");
                _child?.Signal(Signals.Terminate);
                EventLoop.Go(LimitDrainAsync);
            }

            if (signals.Stops > 1)
            {
                _child?.Kill();
            }
        }
    }

    private async Task LimitDrainAsync()
    {
        await loop.DelayAsync(drainLimit + grace);
        Log.Write($"the gateway did not end within {(drainLimit + grace).TotalSeconds:0} s. It is killed.");
        _child?.Kill();
    }

    // A child that was told to end and had to be killed has not drained; in `mayfly run` no signal is the program's. One that the request
    // to end met while it was starting had nothing to drain: the signal itself ended it, or the runtime in the signal's name.
    private int ExitCode(ExitStatus status) => (status.Signal, once) switch
    {
        _ when Stopping && !once && status.ShellCode == 128 + Signals.Terminate => 0,
        (0, _) => status.Code,
        (_, true) => OwnFailure,
        _ => status.ShellCode,
    };
}
