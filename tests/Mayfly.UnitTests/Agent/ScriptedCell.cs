using System.Diagnostics;
using System.Runtime.InteropServices;
using Mayfly.Agent.Cgroups;
using Mayfly.Agent.Executions;
using Mayfly.Agent.Jails;
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Tiers;
using Mayfly.Protocol.Descriptors;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.UnitTests.Agent;

/// <summary>The agent's slots with a jailer that does as the test says, a cgroup of ordinary files, and a clock that stands still.</summary>
/// <remarks>Sockets, pipes and the jails' inits (which sleep, and are killed) are real; nothing here needs a right.</remarks>
internal sealed class ScriptedCell : IDisposable
{
    public const uint LandlockAbi = 7;

    private readonly string _root = Directory.CreateTempSubdirectory("scripted-").FullName;
    private readonly FakeTimeProvider _clock = new();
    private readonly SafeFileHandle _jailer;
    private readonly Jailer _ours;
    private readonly CgroupV2Tree _cgroups;
    private readonly List<Process> _inits = [];

    public ScriptedCell(int slots = 1, params SpareKind[] warm)
    {
        Loop = new EventLoop(_clock);
        var (ours, theirs) = SocketPair.Packets();
        _jailer = theirs;
        // Without the memory controller: its events come from a file that an ordinary file cannot play.
        _cgroups = CgroupV2Tree.TryOpen(FakeCgroupDirectory.Make(_root, CgroupV2Tests.Files("cpu pids")))!;
        Pool = null!;
        _ours = new Jailer(Loop, ours, (report, descriptor) => Pool.OnReport(_ours!, report, descriptor), why => Broken ??= why);
        var cold = new SpareKind("cold", () => _ours, warm.Length == 0 ? slots : 1, slots) { IsCold = true, OnWorked = () => ReadyCount++ };
        Pool = new JailPool(Loop, _cgroups, _ours, slots, Limits.Jail, [.. warm, cold], why => Broken ??= why);
        Choice = new SpareChoice([], [], cold);
        Pool.Start();
    }

    public static ExecutionLimits Limits => new(TimeSpan.FromSeconds(10), 1 << 20, new JailLimits(new CgroupLimits(256 << 20, 50_000, 100_000, 64), 64 << 20, 8192));

    public EventLoop Loop { get; }

    public JailPool Pool { get; }

    public SpareChoice Choice { get; }

    /// <summary>A spare, as a program gets it.</summary>
    public Jail Take()
    {
        Jail? taken = null;
        Pool.Take(Pool.Cold, jail => taken = jail);
        return taken ?? throw new InvalidOperationException("there is no spare");
    }

    public string? Broken { get; private set; }

    public int ReadyCount { get; private set; }

    /// <summary>Names of the executions' cgroups that exist.</summary>
    public IEnumerable<string> Cgroups => Directory.GetDirectories($"{_root}/jails").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    /// <summary>An execution's share of the processors.</summary>
    public string CpuWeight(string cgroup) => File.ReadLines($"{_root}/jails/{cgroup}/cpu.weight").First();

    public void Dispose()
    {
        foreach (var init in _inits)
        {
            init.Kill();
            init.Dispose();
        }

        _ours.Dispose();
        _jailer.Dispose();
        Loop.Dispose();
        _cgroups.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>Lets the agent handle what has come, and what is due.</summary>
    public void Turn()
    {
        for (var i = 0; i < 4; i++)
        {
            // Something is always due, so that a turn without events does not wait.
            Loop.Deadlines.After(TimeSpan.Zero, () => { });
            Loop.RunOnce();
        }
    }

    public void Pass(TimeSpan time)
    {
        _clock.Advance(time);
        Turn();
    }

    /// <summary>The agent's next request, which must be there.</summary>
    public (Request Request, SafeFileHandle[] Descriptors) Take(RequestKind kind)
    {
        var taken = TryTake() ?? throw new InvalidOperationException($"no {kind} came; broken: {Broken}");
        Assert.Equal(kind, taken.Request.Kind);
        return taken;
    }

    public (Request Request, SafeFileHandle[] Descriptors)? TryTake()
    {
        Turn();
        while (true)
        {
            Request request = default;
            using var packet = DescriptorSocket.Receive(_jailer, MemoryMarshal.AsBytes(new Span<Request>(ref request)), wait: false);
            if (packet is null) return null;
            if (request.Kind != RequestKind.Forget) return (request, [.. Enumerable.Range(0, packet.DescriptorCount).Select(packet.Take)]);
            Forgotten.Add(request.Slot);
        }
    }

    /// <summary>Slots whose network namespace the jailer was told to let go, as far as requests were taken.</summary>
    public List<uint> Forgotten { get; } = [];

    public void Report(Report report, SafeFileHandle? descriptor = null)
    {
        DescriptorSocket.Send(_jailer, MemoryMarshal.AsBytes(new ReadOnlySpan<Report>(in report)), descriptor is null ? [] : [descriptor]);
        Turn();
    }

    public void SendGarbage(int bytes)
    {
        DescriptorSocket.Send(_jailer, new byte[bytes], []);
        Turn();
    }

    public void CloseJailer()
    {
        _jailer.Dispose();
        Turn();
    }

    /// <summary>Answers a PREPARE with an init that sleeps.</summary>
    public Process Prepared(uint slot = 0)
    {
        var init = Process.Start(new ProcessStartInfo("/bin/sleep", "60") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _inits.Add(init);
        using var pidfd = ProcessDescriptor.Open(init.Id)!;
        Report(new Report { Kind = ReportKind.Prepared, Slot = slot, Pid = init.Id }, pidfd);
        return init;
    }

    /// <summary>Takes a slot's jail to where it can take a program.</summary>
    public ScriptedChild BecomeReady(uint slot = 0)
    {
        Take(RequestKind.Prepare);
        var init = Prepared(slot);
        var child = new ScriptedChild(this, slot, init, Take(RequestKind.Fork).Descriptors);
        child.Forked();
        child.Say(NoticeKind.Ready);
        return child;
    }

    /// <summary>Whether the agent has killed the init by now.</summary>
    public static bool IsKilled(Process init) => init.WaitForExit(2000);
}

/// <summary>A jailed child, played by the test.</summary>
internal sealed class ScriptedChild(ScriptedCell cell, uint slot, Process init, SafeFileHandle[] descriptors)
{
    public const int Pid = 4242;

    public Process Init => init;

    /// <summary>The jail's init, control, stdout, stderr, ending, then the cgroup's entrance.</summary>
    public IReadOnlyList<SafeFileHandle> Descriptors => descriptors;

    public void Forked() => cell.Report(new Report { Kind = ReportKind.Forked, Slot = slot, Pid = Pid });

    /// <summary>Says it; READY as in a kernel that has no watch for sockets to give.</summary>
    public void Say(NoticeKind kind, JailStep step = default, int error = 0)
    {
        const int Ebusy = 16;
        var notice = new Notice { Kind = kind, Step = step, Error = kind == NoticeKind.Ready ? Ebusy : error, LandlockAbi = kind == NoticeKind.Ready ? ScriptedCell.LandlockAbi : 0 };
        descriptors[1].Write(MemoryMarshal.AsBytes(new ReadOnlySpan<Notice>(in notice)));
        cell.Turn();
    }

    public void Print(string text)
    {
        descriptors[2].Write(System.Text.Encoding.UTF8.GetBytes(text));
        cell.Turn();
    }

    public void Exit(int waitStatus) => cell.Report(new Report { Kind = ReportKind.ChildExited, Slot = slot, Pid = Pid, WaitStatus = waitStatus, MinorFaults = 123 });

    public void InitExit() => cell.Report(new Report { Kind = ReportKind.InitExited, Slot = slot, Pid = init.Id, WaitStatus = 9 });

    /// <summary>All that the agent has sent on the control stream until now.</summary>
    public byte[] ReadControl(int expected)
    {
        var (block, length) = (new byte[expected], 0);
        descriptors[1].SetNonBlocking();
        for (var i = 0; i < 10_000 && length < expected; i++)
        {
            var count = descriptors[1].Read(block.AsSpan(length));
            if (count > 0) length += count;
            else cell.Turn();
        }

        return block[..length];
    }
}
