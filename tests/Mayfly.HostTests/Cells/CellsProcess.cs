using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Mayfly.Protocol;
using Mayfly.Protocol.Control;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.HostTests.Cells;

/// <summary>The real mayfly-cells, with a puppet for a gateway: the test itself speaks over the control socket.</summary>
internal sealed class CellsProcess : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("mayfly-cells-").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
    private readonly StringBuilder _log = new();
    private Process? _process;

    private CellsProcess(FakeParts parts)
    {
        File.SetUnixFileMode(_directory, (UnixFileMode)0x1ED);
        FakeParts.CopyTree(parts.App, App);
        FakeParts.CopyTree(parts.Image, Image);
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
        File.SetUnixFileMode(SocketPath, (UnixFileMode)0x1B6);
    }

    /// <summary>Whom the child runs as: a user that every Debian has and nobody uses.</summary>
    public static string User => "games";

    public string Data => Path.Combine(_directory, "data");

    public string App => Path.Combine(_directory, "app");

    public string Image => Path.Combine(_directory, "image");

    public int Pid => _process!.Id;

    /// <summary>What it wrote so far.</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    /// <summary>As mayfly-cells names its cgroups.</summary>
    public string Instance => Mayfly.Cells.Premises.InstanceLock.InstanceOf(Data);

    private string SocketPath => Path.Combine(_directory, "test.sock");

    /// <summary>Everything it needs, and nothing started.</summary>
    public static CellsProcess Prepare(FakeParts parts)
    {
        Host.RequireCells();
        return new CellsProcess(parts);
    }

    /// <summary>Started, with its first child at hand.</summary>
    public static (CellsProcess Cells, Puppet Gateway) Start(FakeParts parts, params string[] options)
    {
        var cells = Prepare(parts);
        cells.Run(options);
        return (cells, cells.NextChild());
    }

    public void Run(params string[] options) => RunWith(options, ["{app}/puppet", SocketPath]);

    public void RunStubborn(params string[] options) => RunWith(options, ["{app}/puppet", SocketPath, "stubborn"]);

    public void RunWith(string[] options, string[] child)
    {
        string[] arguments = ["--data", Data, "--image", Image, "--app", App, .. options.Contains("--user") ? [] : (string[])["--user", User], .. options, "--", .. child];
        // env becomes it. A shell has its background jobs ignore SIGINT, and the tests may be one.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", Host.CellsProgram, .. arguments]) { RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["MAYFLY_TEST"] = "passed on";
        start.Environment["SECRET"] = "not passed on";
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_log) _log.AppendLine(line.Data);
        };
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits for the next child to report.</summary>
    public Puppet NextChild()
    {
        if (!_listener.Poll(Patience, SelectMode.SelectRead)) throw new TimeoutException($"no child came: {Log}");
        return new Puppet(_listener.Accept());
    }

    public void Signal(int signal)
    {
        using var process = ProcessDescriptor.Open(Pid)!;
        ProcessDescriptor.Signal(process, signal);
    }

    /// <summary>Waits for the end; the exit code.</summary>
    public int WaitForExit()
    {
        if (!_process!.WaitForExit(Patience)) throw new TimeoutException($"mayfly-cells lives on: {Log}");
        _process.WaitForExit(); // and its last lines
        return _process.ExitCode;
    }

    /// <summary>Waits until something is so.</summary>
    public static void Until(Func<bool> so, string what)
    {
        var since = Stopwatch.GetTimestamp();
        while (!so())
        {
            if (Stopwatch.GetElapsedTime(since) > Patience) throw new TimeoutException($"not within {Patience.TotalSeconds} s: {what}");
            Thread.Sleep(10);
        }
    }

    /// <summary>Processes (no zombies) in this instance's cgroups, in any hierarchy.</summary>
    public IReadOnlyList<int> Processes() =>
        [.. Cgroups().SelectMany(directory => ReadLines($"{directory}/cgroup.procs")).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Distinct().Where(IsAlive)];

    /// <summary>Every cgroup directory of this instance, in any hierarchy.</summary>
    public IReadOnlyList<string> Cgroups() =>
        [.. File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')).Where(fields => fields.Contains("cgroup") || fields.Contains("cgroup2"))
            .Select(fields => $"{fields[4]}/mayfly-{Instance}").Where(Directory.Exists)
            .SelectMany(root => Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories).Prepend(root)).Distinct()];

    /// <summary>Mounts in this test's own (the machine's) namespace that have to do with this instance.</summary>
    public IReadOnlyList<string> Mounts() => [.. File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(_directory, StringComparison.Ordinal) || line.Contains("/run/mayfly", StringComparison.Ordinal))];

    public void AssertNothingLeft()
    {
        Assert.Empty(Processes());
        Assert.Empty(Cgroups());
        Assert.Empty(Mounts());
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            // A second signal is immediate, and two at once are one; SIGKILL would leave cgroups.
            Signal(15);
            for (var since = Stopwatch.GetTimestamp(); !_process.WaitForExit(500) && Stopwatch.GetElapsedTime(since) < Patience;) Signal(15);
            if (!_process.HasExited) _process.Kill();
        }

        _process?.Dispose();
        _listener.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    public static bool IsAlive(int pid) => ReadLines($"/proc/{pid}/stat") is [var stat, ..] && stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return []; // gone meanwhile
        }
    }
}

/// <summary>The unprivileged child, and the control socket that it was given.</summary>
internal sealed class Puppet : IDisposable
{
    private readonly Socket _connection;
    private readonly SafeFileHandle _test; // the same, for a call that .NET's sockets do not have
    private readonly byte[] _buffer = new byte[FrameLimits.MaxControlBytes];

    public Puppet(Socket connection)
    {
        Pid = PeerOf(connection);
        _connection = connection;
        _test = new SafeFileHandle(connection.SafeHandle.DangerousGetHandle(), ownsHandle: false);
        using var hello = DescriptorSocket.Receive(_test, new byte[1])!;
        Control = hello.Take(0);
        Info = Receive().Message.Info;
    }

    public int Pid { get; }

    public SafeFileHandle Control { get; }

    public CellsInfo Info { get; }

    public void Send(ToCells message) => DescriptorSocket.Send(Control, message.ToByteArray(), []);

    /// <summary>The next message, with its descriptor if it has one; null at the end.</summary>
    public (FromCells Message, SafeFileHandle? Descriptor)? TryReceive()
    {
        PollEntry[] entries = [new PollEntry { Descriptor = (int)Control.DangerousGetHandle(), Wanted = Poll.Readable }];
        if (Poll.Wait(entries, CellsProcess.Patience) == 0) throw new TimeoutException("mayfly-cells says nothing");
        using var packet = DescriptorSocket.Receive(Control, _buffer)!;
        if (packet.Length == 0) return null;
        var message = FromCells.Parser.ParseFrom(_buffer.AsSpan(0, packet.Length));
        Assert.False(packet.Truncated);
        Assert.Equal(message.MessageCase == FromCells.MessageOneofCase.Launched ? 1 : 0, packet.DescriptorCount);
        return (message, packet.DescriptorCount == 1 ? packet.Take(0) : null);
    }

    public (FromCells Message, SafeFileHandle? Descriptor) Receive() => TryReceive() ?? throw new EndOfStreamException("mayfly-cells closed the control socket");

    public static ToCells LaunchOf(uint cell, uint slots = 4, ulong memory = 256 << 20, uint processes = 128) =>
        new() { Launch = new LaunchCell { Cell = cell, Slots = slots, MemoryBytes = memory, Processes = processes } };

    /// <summary>Launches a cell with the fake agent in it, and waits for its first word.</summary>
    public FakeCell Launch(uint cell, uint slots = 4, ulong memory = 256 << 20, uint processes = 128)
    {
        Send(LaunchOf(cell, slots, memory, processes));
        var (message, stream) = Receive();
        Assert.Equal(FromCells.MessageOneofCase.Launched, message.MessageCase);
        Assert.Equal(cell, message.Launched.Cell);
        return new FakeCell(stream!);
    }

    public void Stop(uint cell) => Send(new ToCells { Stop = new StopCell { Cell = cell } });

    /// <summary>Waits for the word that a cell is gone; the reason given.</summary>
    public string WaitForStopped(uint cell)
    {
        var (message, _) = Receive();
        Assert.Equal(FromCells.MessageOneofCase.Stopped, message.MessageCase);
        Assert.Equal(cell, message.Stopped.Cell);
        return message.Stopped.Reason;
    }

    public void Tell(params ReadOnlySpan<byte> command) => DescriptorSocket.Send(_test, command, []);

    /// <summary>Waits until mayfly-cells has closed its end.</summary>
    public void WaitForEnd()
    {
        while (TryReceive() is not null) { }
    }

    public void Dispose()
    {
        Control.Dispose();
        _test.Dispose();
        _connection.Dispose();
    }

    private static int PeerOf(Socket connection)
    {
        Span<byte> credentials = stackalloc byte[12]; // struct ucred: pid, uid, gid
        connection.GetRawSocketOption(1 /* SOL_SOCKET */, 17 /* SO_PEERCRED */, credentials);
        return BitConverter.ToInt32(credentials);
    }
}

/// <summary>A cell with the fake agent in it.</summary>
internal sealed class FakeCell : IDisposable
{
    private readonly Socket _stream;
    private readonly NetworkStream _network;
    private readonly StreamReader _lines;

    public FakeCell(SafeFileHandle stream)
    {
        _stream = new Socket(new SafeSocketHandle(stream.DangerousGetHandle(), ownsHandle: true));
        stream.SetHandleAsInvalid();
        _network = new NetworkStream(_stream) { ReadTimeout = (int)CellsProcess.Patience.TotalMilliseconds };
        _lines = new StreamReader(_network);
        Assert.Equal("A", _lines.ReadLine());
    }

    /// <summary>The agent in the machine's pid namespace.</summary>
    public static int AgentIn(CellsProcess cells, uint cell) => int.Parse(
        cells.Cgroups().Where(path => path.EndsWith($"/cell-{cell}", StringComparison.Ordinal)).SelectMany(path => File.ReadLines($"{path}/cgroup.procs")).First(),
        CultureInfo.InvariantCulture);

    public void Tell(string line) => _network.Write(Encoding.ASCII.GetBytes(line + "\n"));

    /// <summary>Says a line and gives the answer; null at the end of the stream.</summary>
    public string? Ask(string line)
    {
        Tell(line);
        return _lines.ReadLine();
    }

    public string? Read() => _lines.ReadLine();

    public void Dispose() => _stream.Dispose();
}
