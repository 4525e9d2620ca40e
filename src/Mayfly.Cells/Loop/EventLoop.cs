using System.Diagnostics;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Cells.Loop;

/// <summary>The one thread of mayfly-cells: waits in poll(2), then runs what was waiting for it.</summary>
/// <remarks>
/// Everything async in this process awaits one of the two methods below, or a task that does; the synchronization context
/// brings every continuation back here. So no state needs a lock, and every step of a cell's life is still written top to
/// bottom.
/// </remarks>
internal sealed class EventLoop : SynchronizationContext
{
    private readonly List<Waiter> _waiters = [];
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _continuations = new();
    private PollEntry[] _entries = new PollEntry[16];

    /// <summary>Runs the loop until the task it starts is done.</summary>
    public T Run<T>(Func<Task<T>> start)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            var task = start();
            while (!task.IsCompleted)
            {
                RunContinuations();
                if (!task.IsCompleted)
                {
                    Wait();
                }
            }

            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Starts something that nobody awaits. If it fails, that is a bug, and the whole loop fails with it.</summary>
    public static async void Go(Func<Task> life) => await life();

    /// <summary>Waits until the descriptor is readable, at its end, or in error (true), or the time is over (false).</summary>
    public Task<bool> ReadableAsync(SafeFileHandle descriptor, TimeSpan? limit = null)
    {
        var waiter = new Waiter(descriptor, limit);
        _waiters.Add(waiter);
        return waiter.Done.Task;
    }

    /// <summary>Waits for a time.</summary>
    public Task DelayAsync(TimeSpan time)
    {
        var waiter = new Waiter(null, time);
        _waiters.Add(waiter);
        return waiter.Done.Task;
    }

    /// <summary>Waits for a task of this loop, but not longer than the limit; says whether it is done.</summary>
    public async Task<bool> WithinAsync(Task task, TimeSpan limit) => await Task.WhenAny(task, DelayAsync(limit)) == task;

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => _continuations.Enqueue((d, state));

    private void RunContinuations()
    {
        while (_continuations.TryDequeue(out var next))
        {
            next.Callback(next.State);
        }
    }

    private void Wait()
    {
        if (_entries.Length < _waiters.Count)
        {
            _entries = new PollEntry[_waiters.Count * 2];
        }

        var now = Stopwatch.GetTimestamp();
        var timeout = Timeout.InfiniteTimeSpan;
        for (var i = 0; i < _waiters.Count; i++)
        {
            // poll skips a negative number: a waiter for time alone.
            _entries[i] = new PollEntry { Descriptor = _waiters[i].Number, Wanted = Poll.Readable };
            if (_waiters[i].Left(now) is { } left && (timeout < TimeSpan.Zero || left < timeout))
            {
                timeout = left;
            }
        }

        var count = _waiters.Count;
        Poll.Wait(_entries.AsSpan(0, count), timeout);
        now = Stopwatch.GetTimestamp();
        for (var i = count - 1; i >= 0; i--)
        {
            var ready = _entries[i].Found != 0;
            if (ready || _waiters[i].Left(now) == TimeSpan.Zero)
            {
                var waiter = _waiters[i];
                _waiters.RemoveAt(i);
                waiter.Finish(ready);
            }
        }
    }

    private sealed class Waiter
    {
        private readonly SafeFileHandle? _descriptor;
        private readonly long? _deadline;

        public Waiter(SafeFileHandle? descriptor, TimeSpan? limit)
        {
            _deadline = limit is { } time ? Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency) : null;
            if (descriptor is not null)
            {
                // Held open while it is waited for: a number closed and opened anew would be somebody else's.
                var held = false;
                descriptor.DangerousAddRef(ref held);
                _descriptor = descriptor;
            }
        }

        public TaskCompletionSource<bool> Done { get; } = new();

        public int Number => _descriptor is null ? -1 : (int)_descriptor.DangerousGetHandle();

        public TimeSpan? Left(long now) => _deadline is { } deadline
            ? TimeSpan.FromSeconds(Math.Max(0, (double)(deadline - now) / Stopwatch.Frequency))
            : null;

        public void Finish(bool ready)
        {
            _descriptor?.DangerousRelease();
            Done.SetResult(ready);
        }
    }
}
