using System.Buffers;
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Executions;

/// <summary>One output stream of a program: read to its limit and kept until the gateway takes it, then read and thrown away.</summary>
/// <remarks>
/// A pipe that nobody reads stops the program, and a slow gateway must not: so a stream is always drained. What waits for the gateway
/// is bounded by the limit. What it would have said beyond that is only counted as truncated. Buffers are cleared: the next execution's output comes into the same.
/// </remarks>
internal sealed class OutputCapture
{
    // What a pipe of the default size holds.
    private const int ReadBytes = 64 * 1024;

    // One thread, so one buffer serves all: nothing in it is ever looked at.
    private static readonly byte[] s_discarded = new byte[ReadBytes];

    private readonly EventLoop _loop;
    private readonly SafeFileHandle _pipe;
    private readonly Action _onOutput;
    private readonly Action _onEnd;
    private readonly long _limit;
    private byte[] _pending = [];
    private int _start;
    private int _end;
    private long _captured;
    private bool _closed;

    /// <param name="loop">Calls back.</param>
    /// <param name="pipe">The reading end, not blocking; stays its owner's.</param>
    /// <param name="limit">Bytes to keep.</param>
    /// <param name="onOutput">There is something to take.</param>
    /// <param name="onEnd">Nobody can write to it any more.</param>
    public OutputCapture(EventLoop loop, SafeFileHandle pipe, long limit, Action onOutput, Action onEnd)
    {
        (_loop, _pipe, _limit, _onOutput, _onEnd) = (loop, pipe, limit, onOutput, onEnd);
        _loop.Add(pipe, Readiness.Readable, OnReady);
    }

    /// <summary>Whether the program wrote more than the limit.</summary>
    public bool Truncated { get; private set; }

    /// <summary>Whether nothing more comes.</summary>
    public bool IsClosed => _closed;

    /// <summary>Bytes read and not yet taken.</summary>
    public int PendingBytes => _end - _start;

    /// <summary>The next bytes, at most so many; they stay until <see cref="Take"/>.</summary>
    public ReadOnlyMemory<byte> Peek(int maxBytes) => _pending.AsMemory(_start, Math.Min(maxBytes, PendingBytes));

    /// <summary>Says how many bytes were taken.</summary>
    public void Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, PendingBytes);
        _start += count;
        if (_start == _end) GiveBack();
    }

    /// <summary>The program is over: reads what it left in the pipe, and nothing that comes later.</summary>
    public void ReadRest()
    {
        // A process that outlived the main one may still write: its writing ends with the limit, at the latest.
        while (!_closed && !Truncated && ReadOnce()) { }
        Close();
    }

    // One read for each event: a program that floods does not keep the loop from the others. Where nobody is left to write, what the pipe holds is
    // read at once, so that the last output and the end of the execution leave together. (A program can come back to write: up to the limit.)
    private void OnReady(Readiness ready)
    {
        while (ReadOnce() && (ready & Readiness.HungUp) != 0 && !Truncated) { }
    }

    // False: nothing there, or the end.
    private bool ReadOnce()
    {
        var room = (int)Math.Min(ReadBytes, _limit - _captured);
        var count = _pipe.Read(room > 0 ? MakeRoom(room) : s_discarded);
        if (count < 0 && Descriptors.LastError == Errno.EAGAIN) return false;
        if (count <= 0)
        {
            // The end, or EIO: either way nothing more comes.
            Close();
            _onEnd();
            return false;
        }

        if (room == 0)
        {
            s_discarded.AsSpan(0, count).Clear();
            Truncated = true;
            return true;
        }

        _end += count;
        _captured += count;
        _onOutput();
        return true;
    }

    private Span<byte> MakeRoom(int room)
    {
        if (_pending.Length - _end < room)
        {
            var kept = PendingBytes;
            var target = kept + room <= _pending.Length && _start >= kept
                ? _pending
                : ArrayPool<byte>.Shared.Rent(Math.Max(kept + room, (int)Math.Min(_pending.Length * 2L, _limit)));
            _pending.AsSpan(_start, kept).CopyTo(target);
            if (target == _pending) _pending.AsSpan(kept, _end - kept).Clear();
            else ReturnPending();
            (_pending, _start, _end) = (target, 0, kept);
        }

        return _pending.AsSpan(_end, room);
    }

    private void GiveBack()
    {
        ReturnPending();
        (_pending, _start, _end) = ([], 0, 0);
    }

    private void ReturnPending()
    {
        if (_pending.Length == 0) return;
        _pending.AsSpan(0, _end).Clear();
        ArrayPool<byte>.Shared.Return(_pending);
    }

    private void Close()
    {
        if (_closed) return;
        _closed = true;
        _loop.Forget(_pipe);
    }
}
