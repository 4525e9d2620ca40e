using System.Runtime.InteropServices;
using CsCheck;
using Mayfly.Agent.Executions;
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.UnitTests.Agent;

/// <summary>A stream is kept to its limit, and drained beyond it.</summary>
public sealed class OutputCaptureTests : IDisposable
{
    private readonly EventLoop _loop = new(TimeProvider.System);
    private readonly SafeFileHandle _read;
    private readonly SafeFileHandle _write;
    private int _calls;

    public OutputCaptureTests()
    {
        (_read, _write) = Descriptors.Pipe();
        // A deadline, so that a turn of the loop without events ends.
        Tick();
    }

    public void Dispose()
    {
        _read.Dispose();
        _write.Dispose();
        _loop.Dispose();
    }

    [Theory]
    [InlineData(99, 99, false)]
    [InlineData(100, 100, false)]
    [InlineData(101, 100, true)]
    public void Limit_holds_to_the_byte(int written, int kept, bool truncated)
    {
        var capture = Capture(limit: 100);
        _write.Write(new byte[written]);

        capture.ReadRest();

        Assert.Equal((kept, truncated), (capture.PendingBytes, capture.Truncated));
    }

    [Fact]
    public void Bytes_come_out_in_order_however_they_are_taken() =>
        Gen.Select(Gen.Int[1, 30_000].Array[1, 8], Gen.Int[1, 40_000].Array[1, 5]).Sample((writes, takes) =>
        {
            var (read, write) = Descriptors.Pipe();
            using var loop = new EventLoop(TimeProvider.System);
            var capture = new OutputCapture(loop, read, 1 << 20, () => { }, () => { });
            byte value = 0;
            var (taken, turn) = (0, 0);
            foreach (var count in writes)
            {
                var bytes = new byte[count];
                for (var i = 0; i < count; i++) bytes[i] = value++;
                write.Write(bytes);
                loop.RunOnce();
                Take(takes[turn++ % takes.Length]);
            }

            capture.ReadRest();
            while (capture.PendingBytes > 0) Take(takes[turn++ % takes.Length]);
            Assert.Equal(writes.Sum(), taken);
            read.Dispose();
            write.Dispose();

            void Take(int most)
            {
                var chunk = capture.Peek(most);
                foreach (var b in chunk.Span) Assert.Equal((byte)taken++, b);
                capture.Take(chunk.Length);
            }
        }, iter: 50, threads: 1);

    [Fact]
    public void What_was_taken_is_cleared()
    {
        var capture = Capture(limit: 1 << 20);
        var buffers = new HashSet<byte[]>();
        for (var i = 0; i < 20; i++)
        {
            _write.Write(Enumerable.Repeat((byte)7, 30_000).ToArray());
            Turn();
            Assert.True(MemoryMarshal.TryGetArray(capture.Peek(int.MaxValue), out var buffer));
            buffers.Add(buffer.Array!);
            // Faster than it is taken, at first: the buffer moves and grows.
            capture.Take(Math.Min(capture.PendingBytes, i < 10 ? 10_000 : 60_000));
        }

        capture.ReadRest();
        capture.Take(capture.PendingBytes);

        Assert.True(buffers.Count > 1);
        // What others left behind what was used of one is not its affair.
        Assert.All(buffers, buffer => Assert.True(buffer.AsSpan().IndexOf(Enumerable.Repeat((byte)7, 16).ToArray()) < 0));
    }

    [Fact]
    public void Stream_is_drained_beyond_its_limit_and_nobody_is_told()
    {
        var capture = Capture(limit: 10);

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(60_000, _write.Write(new byte[60_000]));
            for (var turn = 0; turn < 3; turn++) Turn();
        }

        Assert.Equal((10, true, 1), (capture.PendingBytes, capture.Truncated, _calls));
    }

    [Fact]
    public void Writer_that_is_still_there_does_not_keep_the_rest_from_ending()
    {
        var capture = Capture(limit: 1 << 20);
        _write.Write("last words"u8);

        capture.ReadRest();

        Assert.Equal(10, capture.PendingBytes);
    }

    [Fact]
    public void Nothing_is_read_after_the_rest()
    {
        var capture = Capture(limit: 1 << 20);
        capture.ReadRest();

        _write.Write("too late"u8);
        Turn();

        Assert.Equal(0, capture.PendingBytes);
    }

    [Fact]
    public void Last_output_and_the_end_come_in_one_turn()
    {
        var ended = false;
        var capture = new OutputCapture(_loop, _read, 1 << 20, () => _calls++, () => ended = true);
        _write.Write("last words"u8);
        _write.Dispose();

        Turn();

        Assert.Equal((10, 1, true), (capture.PendingBytes, _calls, ended));
    }

    [Fact]
    public void Writer_who_comes_back_keeps_the_turn_no_longer_than_to_the_limit()
    {
        var capture = Capture(limit: 10);
        _write.Write(new byte[60_000]);
        var again = $"/proc/self/fd/{_write.Number()}";
        using var path = Descriptors.Own(LibC.OpenAt(LibC.AtCurrentDirectory, again, 0x200000 /* O_PATH */ | LibC.OpenCloseOnExec, 0), "open");
        _write.Dispose();
        Turn();
        using var returned = Descriptors.Own(
            LibC.OpenAt(LibC.AtCurrentDirectory, $"/proc/self/fd/{path.Number()}", LibC.OpenWriteOnly | LibC.OpenCloseOnExec, 0), "open");

        Turn();

        Assert.Equal((10, true, false), (capture.PendingBytes, capture.Truncated, capture.IsClosed));
    }

    private OutputCapture Capture(long limit) => new(_loop, _read, limit, () => _calls++, () => { });

    private void Turn()
    {
        Tick();
        _loop.RunOnce();
    }

    private void Tick() => _loop.Deadlines.After(TimeSpan.FromMilliseconds(1), () => { });
}
