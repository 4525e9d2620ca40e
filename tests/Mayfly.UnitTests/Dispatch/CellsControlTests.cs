using Google.Protobuf;
using Mayfly.Dispatch;
using Mayfly.Protocol;
using Mayfly.Protocol.Control;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.UnitTests.Dispatch;

public sealed class CellsControlTests : IDisposable
{
    private readonly SafeFileHandle _cells;
    private readonly CellsControl _control;

    public CellsControlTests()
    {
        (_cells, var theirs) = SocketPair.Packets();
        _control = new CellsControl(theirs);
    }

    [Fact]
    public async Task A_launched_cells_stream_arrives_open()
    {
        var launch = _control.LaunchAsync(new() { Cell = 5, Slots = 3, MemoryBytes = 7, Processes = 9 }, CancellationToken.None);
        Assert.Equal(new ToCells { Launch = new() { Cell = 5, Slots = 3, MemoryBytes = 7, Processes = 9 } }, Receive());
        var (ours, theirs) = SocketPair.Stream();
        Send(new() { Launched = new() { Cell = 5 } }, theirs);
        theirs.Dispose();

        using var stream = (await launch).Stream!;
        Assert.Equal(1, StreamSocket.Send(stream, "x"u8, wait: true));

        using var received = DescriptorSocket.Receive(ours, new byte[10]);
        Assert.Equal(1, received!.Length);
        ours.Dispose();
    }

    [Fact]
    public async Task A_launch_that_failed_says_why()
    {
        var launch = _control.LaunchAsync(new() { Cell = 5 }, CancellationToken.None);
        Send(new() { LaunchFailed = new() { Cell = 5, Reason = "runc: ENOENT" } });

        Assert.Equal((null, "runc: ENOENT"), ((await launch).Stream, (await launch).Failure));
        Assert.Equal("it was gone", await _control.StopAsync(5));
    }

    [Fact]
    public async Task Stopping_is_over_when_nothing_is_left()
    {
        _ = _control.LaunchAsync(new() { Cell = 5 }, CancellationToken.None);
        Receive();
        var stopped = _control.StopAsync(5);

        Assert.Equal(new ToCells { Stop = new() { Cell = 5 } }, Receive());
        Assert.False(stopped.IsCompleted);
        Send(new() { Stopped = new() { Cell = 5, Reason = "killed" } });
        Assert.Equal("killed", await stopped);
    }

    [Fact]
    public async Task A_stream_that_comes_too_late_is_closed()
    {
        using var giveUp = new CancellationTokenSource();
        var launch = _control.LaunchAsync(new() { Cell = 5 }, giveUp.Token);
        await giveUp.CancelAsync();
        Assert.Null((await launch).Stream);

        var (ours, theirs) = SocketPair.Stream();
        Send(new() { Launched = new() { Cell = 5 } }, theirs);
        theirs.Dispose();

        // End of file: nobody holds the other end any more.
        using var end = DescriptorSocket.Receive(ours, new byte[1]);
        Assert.Equal(0, end!.Length);
        ours.Dispose();
    }

    [Fact]
    public async Task What_mayfly_cells_says_first_is_kept()
    {
        Send(new() { Info = new() { Launcher = "container", ImageDigest = "sha256:1", MaxCells = 4 } });

        Assert.Equal("container", (await _control.Info).Launcher);
    }

    [Fact]
    public async Task The_end_of_mayfly_cells_ends_everything()
    {
        var launch = _control.LaunchAsync(new() { Cell = 5 }, CancellationToken.None);
        var info = _control.Info;
        _cells.Dispose();

        Assert.Contains("closed its end", await _control.Lost, StringComparison.Ordinal);
        Assert.NotNull((await launch).Failure);
        await Assert.ThrowsAsync<IOException>(() => info);
        Assert.NotNull((await _control.LaunchAsync(new() { Cell = 6 }, CancellationToken.None)).Failure);
    }

    public static TheoryData<string, string> Nonsense => new()
    {
        { "noise", "ffffffff" },
        { "an empty message", "" },
        { "Stopped of a cell that was not asked for", Convert.ToHexString(new FromCells { Stopped = new() { Cell = 9 } }.ToByteArray()) },
        { "Launched of a cell that was not asked for, without a descriptor", Convert.ToHexString(new FromCells { Launched = new() { Cell = 9 } }.ToByteArray()) },
        { "a packet over the limit", Convert.ToHexString(new FromCells { Info = new() { Launcher = new string('x', FrameLimits.MaxControlBytes) } }.ToByteArray()) },
    };

    [Theory, MemberData(nameof(Nonsense))]
    public async Task Nonsense_ends_the_conversation(string what, string packet)
    {
        var bytes = packet.Length == 0 ? [0xF8, 0x01, 0x00] : Convert.FromHexString(packet);
        DescriptorSocket.Send(_cells, bytes, []);

        Assert.False(string.IsNullOrEmpty(await _control.Lost), what);
    }

    public void Dispose()
    {
        _control.Dispose();
        _cells.Dispose();
    }

    private void Send(FromCells message, params ReadOnlySpan<SafeFileHandle> descriptors) => DescriptorSocket.Send(_cells, message.ToByteArray(), descriptors);

    private ToCells Receive()
    {
        var buffer = new byte[FrameLimits.MaxControlBytes];
        using var packet = DescriptorSocket.Receive(_cells, buffer)!;
        return ToCells.Parser.ParseFrom(buffer.AsSpan(0, packet.Length));
    }
}
