using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Mayfly.Cells.Cgroups;
using Mayfly.Cells.Kernel;
using Mayfly.Cells.Launching.Container;
using Mayfly.Cells.Launching.Runc;
using Mayfly.Cells.Premises;
using Mayfly.Protocol;
using Mayfly.Protocol.Descriptors;
using Mayfly.Protocol.Messages;
using Microsoft.Win32.SafeHandles;
using File = System.IO.File;

namespace Mayfly.HostTests.Agents;

/// <summary>What one execution gave.</summary>
internal sealed record Ran(Finished Finished, string Stdout, string Stderr);

/// <summary>A real cell: the container launcher's own configuration under runc, and the gateway's end of its stream.</summary>
/// <remarks>The launcher's paths, which exist in its mount namespace only, are replaced; nothing else of its configuration is.</remarks>
internal sealed class CellUnderTest : IDisposable
{
    public const ulong MemoryBytes = 256 << 20;

    /// <summary>How the names of what it makes begin: its directory, and its groups.</summary>
    public const string DirectoryPrefix = "mayfly-cell-";

    /// <inheritdoc cref="DirectoryPrefix"/>
    public static string CgroupPrefix { get; } = string.Create(CultureInfo.InvariantCulture, $"hosttest-{Environment.ProcessId}-");

    // Longer than an agent lets its boot stand still: it is to say what stood.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(100);
    private static int s_count;

    private readonly string _directory = Directory.CreateTempSubdirectory(DirectoryPrefix).FullName;
    private readonly ICgroups _cgroups;
    private readonly string _name = "cell-0";
    private readonly Socket? _socket;
    private readonly FrameReader<FromAgent> _reader = new(FromAgent.Parser, FrameLimits.MaxFromAgentBytes);
    private readonly FrameWriter _writer = new(FrameLimits.MaxToAgentBytes);
    private readonly Queue<FromAgent> _received = new();
    private readonly uint _firstUid;
    private ulong _lastId;

    private CellUnderTest(ulong memoryBytes, Func<OciConfig, OciConfig>? change)
    {
        var number = Interlocked.Increment(ref s_count);
        _cgroups = CgroupMounts.Find($"{CgroupPrefix}{number}");
        try
        {
            _cgroups.CreateInstance();
            // Above the blocks that running instances take, and mostly apart from those of other tests that run beside these.
            _firstUid = 0x7000_0000 + (65536u * (900 + (((uint)Environment.ProcessId * 13) + (uint)number) % 1000));
            _cgroups.CreateCell(_name, new CellLimits(memoryBytes, Processes: 4096, CpuWeight: 100), _firstUid);
            WriteBundle(_firstUid, change);

            var (ours, theirs) = SocketPair.Stream();
            _socket = new Socket(new SafeSocketHandle(ours.DangerousGetHandle(), ownsHandle: true)) { ReceiveTimeout = (int)s_patience.TotalMilliseconds };
            ours.SetHandleAsInvalid();
            using (theirs) RunRunc(theirs);
            AgentPid = int.Parse(File.ReadAllText(Path.Combine(_directory, "pid")), CultureInfo.InvariantCulture);
        }
        catch
        {
            // Nobody else can: there is no cell to dispose of.
            Dispose();
            throw;
        }
    }

    /// <summary>The agent, in this machine's pid namespace.</summary>
    public int AgentPid { get; }

    /// <summary>What it said of itself; null before StartAsync is over.</summary>
    public Hello Hello { get; private set; } = null!;

    /// <summary>How often it has said that its boot goes on.</summary>
    public int BootSteps { get; private set; }

    /// <summary>From launch to Hello.</summary>
    public TimeSpan BootTime { get; private set; }

    public static Limits DefaultLimits => new()
    {
        TimeMs = 10_000,
        MemoryBytes = MemoryBytes,
        CpuQuotaUs = 50_000,
        CpuPeriodUs = 100_000,
        Processes = 64,
        OutputBytes = 1 << 20,
        WritableBytes = 64 << 20,
        WritableInodes = 8192,
    };

    /// <summary>Launches a cell without a word to its agent.</summary>
    public static CellUnderTest Launch(Func<OciConfig, OciConfig>? change = null)
    {
        Assert.SkipUnless(CellParts.Missing() is null, CellParts.Missing() ?? "");
        return new CellUnderTest(4UL << 30, change);
    }

    /// <summary>Launches a cell and waits for its Hello.</summary>
    public static CellUnderTest Boot(int slots = 4, Action<Configure>? change = null)
    {
        var since = Stopwatch.GetTimestamp();
        var cell = Launch();
        try
        {
            cell.Configure(slots, change);
            var answer = cell.Receive();
            cell.BootTime = Stopwatch.GetElapsedTime(since);
            cell.Hello = answer.Hello ?? throw new InvalidOperationException($"no Hello but {answer}");
            return cell;
        }
        catch
        {
            cell.Dispose();
            throw;
        }
    }

    public void Configure(int slots, Action<Configure>? change = null)
    {
        var configure = new Configure { ProtocolVersion = FrameLimits.ProtocolVersion, Slots = (uint)slots, Limits = DefaultLimits };
        change?.Invoke(configure);
        Send(new ToAgent { Configure = configure });
    }

    public void Send(ToAgent message)
    {
        _writer.Write(message);
        while (_writer.PendingBytes > 0) _writer.Sent(_socket!.Send(_writer.Pending.Span));
    }

    /// <summary>The next message; an exception at the end of the stream.</summary>
    public FromAgent Receive() => _received.TryDequeue(out var kept) ? kept : ReceiveNew() ?? throw new EndOfStreamException($"the agent closed the stream; its log: {Log}");

    /// <summary>Waits until the agent closes the stream.</summary>
    public void WaitForEnd()
    {
        while (ReceiveNew() is not null) { }
    }

    /// <summary>Sends a program; its id.</summary>
    public ulong Start(Execute execute)
    {
        WaitFor(message => message.SlotReady is not null);
        execute.Id = ++_lastId;
        Send(new ToAgent { Execute = execute });
        return execute.Id;
    }

    public ulong Start(Language language, string code, Limits? limits = null) =>
        Start(new Execute { Language = language, Code = ByteString.CopyFromUtf8(code), Limits = limits });

    /// <summary>Waits for the end of one program. Messages about others are kept.</summary>
    public Ran Finish(ulong id)
    {
        var (stdout, stderr) = (new MemoryStream(), new MemoryStream());
        while (true)
        {
            var message = WaitFor(message => message.Output?.Id == id || message.Finished?.Id == id);
            if (message.Finished is { } finished) return new Ran(finished, Encoding.UTF8.GetString(stdout.ToArray()), Encoding.UTF8.GetString(stderr.ToArray()));
            message.Output.Data.WriteTo(message.Output.Stream == Protocol.Messages.Stream.Stdout ? stdout : stderr);
        }
    }

    public Ran Python(string code, Limits? limits = null) => Finish(Start(Language.Python, code, limits));

    public Ran JavaScript(string code, Limits? limits = null) => Finish(Start(Language.Javascript, code, limits));

    public Ran Run(Execute execute) => Finish(Start(execute));

    public Status Status()
    {
        Send(new ToAgent { StatusRequest = new StatusRequest() });
        return WaitFor(message => message.Status is not null).Status;
    }

    /// <summary>The first message of that kind; those before it are kept in their order.</summary>
    public FromAgent WaitFor(Func<FromAgent, bool> wanted)
    {
        for (var left = _received.Count; left > 0; left--)
        {
            var kept = _received.Dequeue();
            if (!wanted(kept))
            {
                _received.Enqueue(kept);
                continue;
            }

            // The rest keeps its order.
            for (left--; left > 0; left--) _received.Enqueue(_received.Dequeue());
            return kept;
        }

        while (true)
        {
            var message = ReceiveNew() ?? throw new EndOfStreamException($"the agent closed the stream; its log: {Log}");
            if (wanted(message)) return message;
            _received.Enqueue(message);
        }
    }

    /// <summary>CPU time of everything in the cell so far; null where it is counted elsewhere (v2).</summary>
    public TimeSpan? CpuTime => _cgroups.DelegatedTo(_name).FirstOrDefault(cgroup => cgroup.Name == "cpuacct").Source is { } cpuacct
        ? TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText($"{cpuacct}/../cpuacct.usage"), CultureInfo.InvariantCulture) / 1000.0)
        : null;

    /// <summary>Processes of the cell in this machine's pid namespace, with their names.</summary>
    public IReadOnlyList<(int Pid, string Name)> Processes() =>
    [
        .. from pid in CellCgroups().SelectMany(ProcessesIn).Concat(CellCgroups().SelectMany(cgroup => (string[])[$"{cgroup}/agent", $"{cgroup}/jails/parents"]).SelectMany(ProcessesIn)).Concat(ChildPids()).Distinct().Order()
           let name = Read($"/proc/{pid}/comm").Trim()
           where name.Length > 0
           select (pid, name),
    ];

    public int JailerPid => ChildrenOfAgent("jailer").Single();

    /// <summary>Warm interpreters of a language: the agent's own children, and not those that were forked from them.</summary>
    public IReadOnlyList<int> Zygotes(Language language) => ChildrenOfAgent(language == Language.Python ? "python3" : "node");

    /// <summary>Processes of programs that are running or waiting to.</summary>
    public IReadOnlyList<int> ChildPids() =>
        [.. ExecutionCgroups().SelectMany(ProcessesIn).Distinct()];

    /// <summary>Directories of executions' cgroups that exist now, in any hierarchy.</summary>
    public IReadOnlyList<string> ExecutionCgroups() =>
        [.. CellCgroups().Select(cgroup => $"{cgroup}/jails").Where(Directory.Exists).SelectMany(jails => Directory.GetDirectories(jails, "slot-*"))];

    /// <summary>What the cell's processes wrote to standard error.</summary>
    public string Log => File.ReadAllText(Path.Combine(_directory, "log"));

    public void CloseStream() => _socket!.Dispose();

    public void Dispose()
    {
        _socket?.Dispose();
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            _cgroups.Kill(null);
            if (_cgroups.TryRemove(null)) break;
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(60), $"the cell's groups cannot be removed: {string.Join(", ", CellCgroups())}");
            Thread.Sleep(5);
        }

        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Lets the whole cell have so much of one processor, in percent: a machine that has no more for it.</summary>
    public void Starve(int percent)
    {
        if (File.Exists("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"))
        {
            var cpu = CellCgroups().Single(cgroup => File.Exists($"{cgroup}/cpu.cfs_quota_us"));
            File.WriteAllText($"{cpu}/cpu.cfs_quota_us", (percent * 1000).ToString(CultureInfo.InvariantCulture));
            return;
        }

        File.WriteAllText($"{CellCgroups().Single()}/cpu.max", string.Create(CultureInfo.InvariantCulture, $"{percent * 1000} 100000"));
    }

    /// <summary>Says whose file it is that puts processes into the group of jailer and zygotes: the cell's, or the host's, of whose files it has no right to any.</summary>
    public void OwnParentsGroup(bool isTheCells)
    {
        var files = CellCgroups().Select(cgroup => $"{cgroup}/jails/parents/cgroup.procs").Where(File.Exists).ToList();
        Assert.NotEmpty(files);
        Assert.All(files, file => Files.ChangeOwner(file, isTheCells ? _firstUid : 0, isTheCells ? _firstUid : 0));
    }

    private int[] ChildrenOfAgent(string name) =>
    [
        .. File.ReadAllText($"/proc/{AgentPid}/task/{AgentPid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pid => int.Parse(pid, CultureInfo.InvariantCulture)).Where(pid => Read($"/proc/{pid}/comm").Trim() == name),
    ];

    // v1: one in each hierarchy, above the directory that is delegated; v2: the one that is.
    private IEnumerable<string> CellCgroups() =>
        _cgroups.DelegatedTo(_name).Select(cgroup => cgroup.Source is { } source ? Path.GetDirectoryName(source)! : $"/sys/fs/cgroup{_cgroups.PathOf(_name)}");

    private static IEnumerable<int> ProcessesIn(string cgroup) =>
        Read($"{cgroup}/cgroup.procs").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);

    // Processes and cgroups come and go while they are looked at.
    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private FromAgent? ReceiveNew()
    {
        while (true)
        {
            FromAgent? message;
            while (!_reader.TryRead(out message))
            {
                var count = _socket!.Receive(_reader.Space.Span);
                if (count == 0) return null;
                _reader.Advance(count);
            }

            if (message.Booting is null) return message;
            BootSteps++;
        }
    }

    private void WriteBundle(uint firstUid, Func<OciConfig, OciConfig>? change)
    {
        // Open to the cell's uid, wherever the build is.
        var program = Directory.CreateDirectory(Path.Combine(_directory, "program")).FullName;
        foreach (var file in Directory.GetFiles(CellParts.Program, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(program, Path.GetRelativePath(CellParts.Program, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_001_001);

        var config = CellConfig.For(_cgroups.PathOf(_name), _cgroups.DelegatedTo(_name), firstUid);
        OciMount[] mounts =
        [
            .. config.Mounts.Select(mount => mount.Destination switch
            {
                // runc fills a tmpfs with the usual devices; the launcher's own /dev exists in its mount namespace only.
                "/dev" => mount with { Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "noexec", "mode=0755", "size=64k"] },
                "/mayfly" => mount with { Source = program },
                _ => mount,
            }),
        ];
        config = config with { Root = config.Root with { Path = CellParts.RootFs! }, Mounts = mounts };
        Assert.DoesNotContain(PrivateMounts.Root, config.ToJson(), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_directory, "config.json"), (change?.Invoke(config) ?? config).ToJson());
    }

    private void RunRunc(SafeFileHandle theirs)
    {
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        using var log = File.OpenHandle(Path.Combine(_directory, "log"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        var pid = Spawn.Start(
            CellParts.Runc!,
            [
                "runc", "--root", Path.Combine(_directory, "state"), "run", "--detach", "--bundle", _directory,
                "--pid-file", Path.Combine(_directory, "pid"), "--preserve-fds", "1", Path.GetFileName(_directory),
            ],
            new Dictionary<string, string> { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" },
            nothing, nothing, log, theirs);
        using var runc = ProcessDescriptor.Open(pid)!;
        PollEntry[] entries = [new PollEntry { Descriptor = (int)runc.DangerousGetHandle(), Wanted = Poll.Readable }];
        Poll.Wait(entries, TimeSpan.FromSeconds(20));
        var status = ProcessDescriptor.Reap(runc);
        if (status != new ExitStatus(0, 0)) throw new InvalidOperationException($"runc: {status}: {Log}");
    }
}
