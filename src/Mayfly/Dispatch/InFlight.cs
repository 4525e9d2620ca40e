using System.Globalization;
using Mayfly.Protocol;
using Messages = Mayfly.Protocol.Messages;

namespace Mayfly.Dispatch;

/// <summary>One execution in a cell, from its Execute to its Finished: checks what the cell says of it and makes the result.</summary>
/// <remarks>
/// Sent → Started → (Output …) → Finished, or from any of them to lost. Only the connection's reader calls the On… methods, so they need no
/// lock; <see cref="RequestCancel"/> and <see cref="Overdue"/> come from other threads.
/// </remarks>
internal sealed class InFlight(ulong id, uint cell, ExecutionLimits limits, TimeProvider time, IReadOnlySet<string>? tiers = null)
{
    // A prepared jail starts in well under a millisecond, files included. This much is for a machine that is out of breath.
    internal static readonly TimeSpan StartGrace = TimeSpan.FromSeconds(5);

    // The agent kills at the limit, reads what is left in the pipes and answers: the contract gives it 0.5 s.
    internal static readonly TimeSpan FinishGrace = TimeSpan.FromSeconds(3);

    // After a Cancel there is only the kill; the slot has to be free within 1 s of a hang-up.
    internal static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(2);

    // A timeout cannot come before the limit, except for how differently a guest's clock may run from ours.
    private const double ClockTolerance = 0.05;

    // The kernel hands a group's CPU quota out by periods, with up to one period's quota saved as burst, and lends a slice on each CPU.
    private const int QuotaSlack = 4;

    // Ten seconds of half a core make a tenth of this.
    private const ulong MostFaults = 100_000_000;

    private const int KilledExitCode = 128 + 9;

    private readonly TaskCompletionSource<ExecutionResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _sentAt = time.GetTimestamp();
    private OutputBuffer _stdout;
    private OutputBuffer _stderr;
    private long _startedAt; // 0: not yet
    private long _cancelledAt; // 0: not

    /// <summary>Names it on the stream.</summary>
    public ulong Id => id;

    /// <summary>How many times longer than usual its cell may take.</summary>
    public int Patience { get; init; } = 1;

    /// <summary>Whether user code had started, as far as the cell has said.</summary>
    public bool Started => Volatile.Read(ref _startedAt) != 0;

    /// <summary>What came of it.</summary>
    public Task<ExecutionResult> Result => _completion.Task;

    /// <summary>The client is gone; false if that was known.</summary>
    public bool RequestCancel() => Interlocked.CompareExchange(ref _cancelledAt, Now(), 0) == 0;

    /// <summary>What the cell should have said by now and has not; null if it has time left.</summary>
    public string? Overdue()
    {
        if (Volatile.Read(ref _cancelledAt) is not 0 and var cancelled && time.GetElapsedTime(cancelled) > CancelGrace * Patience)
            return $"no Finished {CancelGrace.TotalSeconds * Patience} s after Cancel";
        if (Volatile.Read(ref _startedAt) is not 0 and var started)
            return time.GetElapsedTime(started) > limits.Time + (FinishGrace * Patience) ? $"no Finished {FinishGrace.TotalSeconds * Patience} s after the time limit" : null;
        return time.GetElapsedTime(_sentAt) > StartGrace * Patience ? $"no Started within {StartGrace.TotalSeconds * Patience} s" : null;
    }

    /// <summary>User code is about to run.</summary>
    public void OnStarted()
    {
        if (Started) throw Violation("Started twice");
        Volatile.Write(ref _startedAt, Now());
    }

    /// <summary>It wrote something.</summary>
    public void OnOutput(Messages.Output output)
    {
        if (!Started) throw Violation("Output before Started");
        if (output.Data.Length is 0 or > FrameLimits.MaxOutputChunkBytes) throw Violation($"an Output of {output.Data.Length} bytes");

        switch (output.Stream)
        {
            case Messages.Stream.Stdout:
                Append(ref _stdout, output);
                break;
            case Messages.Stream.Stderr:
                Append(ref _stderr, output);
                break;
            default:
                throw Violation($"an Output of stream {(int)output.Stream}");
        }
    }

    /// <summary>It ended; true if Mayfly's own side of it went well.</summary>
    public bool OnFinished(Messages.Finished finished)
    {
        if (finished.Started != Started) throw Violation($"Finished says started: {finished.Started}, and Started had {(Started ? "" : "not ")}come");

        var observed = time.GetElapsedTime(_sentAt);
        var (termination, exitCode) = Ending(finished, observed);
        if (termination == Termination.Infrastructure)
        {
            OnLost(new Fault(FaultCause.JailFailed, CellText.Clean(finished.Failure, CellText.ReasonCharacters)));
            return false;
        }

        _completion.TrySetResult(new ExecutionResult
        {
            Termination = termination,
            Started = Started,
            Cell = cell,
            ExitCode = exitCode,
            Stdout = _stdout.TakeText(finished.StdoutTruncated),
            Stderr = _stderr.TakeText(finished.StderrTruncated),
            StdoutTruncated = finished.StdoutTruncated,
            StderrTruncated = finished.StderrTruncated,
            StartedAfter = time.GetElapsedTime(_sentAt, _startedAt),
            WallTime = Clamp(finished.WallTimeUs, observed),
            CpuTime = Clamp(finished.CpuTimeUs, MostCpuTime(observed)),
            PeakMemoryBytes = (long)Math.Min(finished.PeakMemoryBytes, (ulong)limits.MemoryBytes),
            MinorFaults = Math.Min(finished.MinorFaults, MostFaults),
            // Becomes a label: only names of our own.
            Tier = tiers is not null && tiers.Contains(finished.Tier) ? finished.Tier : ExecutionResult.Cold,
        });
        return true;
    }

    /// <summary>It has no end of its own: Mayfly failed.</summary>
    public void OnLost(Fault fault)
    {
        _stdout.Release();
        _stderr.Release();
        _completion.TrySetResult(ExecutionResult.Failed(fault, Started));
    }

    private (Termination Termination, int ExitCode) Ending(Messages.Finished finished, TimeSpan observed)
    {
        switch (finished.Termination)
        {
            case Messages.Termination.Infrastructure:
                return (Termination.Infrastructure, -1);
            case Messages.Termination.Cancelled when Volatile.Read(ref _cancelledAt) != 0:
                return (Termination.Cancelled, KilledExitCode);
            case Messages.Termination.Cancelled:
                throw Violation("Finished as cancelled without a Cancel");
            case var other when !Started:
                throw Violation($"Finished as {(int)other} before Started");
            case Messages.Termination.Exit:
                return finished.ExitCode <= 255 ? (Termination.Exit, (int)finished.ExitCode) : throw Violation($"exit code {finished.ExitCode}");
            case Messages.Termination.Signal:
                return finished.Signal is >= 1 and <= 64 ? (Termination.Signal, 128 + (int)finished.Signal) : throw Violation($"signal {finished.Signal}");
            case Messages.Termination.OutOfMemory:
                return (Termination.OutOfMemory, KilledExitCode);
            case Messages.Termination.Timeout:
                return observed >= limits.Time * (1 - ClockTolerance)
                    ? (Termination.Timeout, 124)
                    : throw Violation($"a timeout after {observed.TotalMilliseconds:F0} ms of {limits.TimeMs}");
            case var unknown:
                throw Violation($"Finished as {(int)unknown}");
        }
    }

    private void Append(ref OutputBuffer buffer, Messages.Output output)
    {
        // The agent cuts at the limit and drains the rest; it never sends more.
        if (output.Data.Length > limits.OutputBytes - buffer.Length)
            throw Violation($"{buffer.Length} + {output.Data.Length} bytes of {output.Stream}; the limit is {limits.OutputBytes}");
        buffer.Append(output.Data);
    }

    private TimeSpan MostCpuTime(TimeSpan observed) =>
        (observed * limits.CpuQuotaUs / limits.CpuPeriodUs) + (QuotaSlack * TimeSpan.FromMicroseconds(limits.CpuQuotaUs));

    private static TimeSpan Clamp(ulong microseconds, TimeSpan most) =>
        microseconds < most.TotalMicroseconds ? TimeSpan.FromMicroseconds(microseconds) : most;

    // Zero stands for "not yet".
    private long Now() => Math.Max(1, time.GetTimestamp());

    private ProtocolViolationException Violation(string what) => new(string.Create(CultureInfo.InvariantCulture, $"execution {id}: {what}"));
}
