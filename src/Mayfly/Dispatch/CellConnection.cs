using Google.Protobuf;
using Mayfly.Protocol;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;
using Messages = Mayfly.Protocol.Messages;

namespace Mayfly.Dispatch;

/// <summary>The stream to one cell's agent: sends executions, checks every answer, and is over at the first lie.</summary>
/// <remarks>
/// Theory of operation. Callers write to the stream themselves, under <c>_writing</c>; one reader, a thread of its own that waits in
/// recv (decision 0027), takes the answers and completes the executions. What runs on that thread takes microseconds and waits for nothing: whoever
/// awaits an execution goes on in the thread pool. The cell is hostile by assumption: it can send
/// anything at any time, or nothing, or stop reading. What it sends costs memory only against a credit that the gateway
/// gave (an Execute, a StatusRequest); what it does not send is noticed by <see cref="Watch"/>. Ending has one way:
/// <see cref="Drop"/> records the first fault and shuts the stream down, the reader wakes up and answers everything in flight with it.
/// </remarks>
internal sealed class CellConnection(uint number, SafeFileHandle stream, DispatchOptions options, TimeProvider time) : IDisposable
{
    // An agent that is busy answers within milliseconds, its loop never waits. Twice a status is not worth the wake-up of an idle cell.
    internal static readonly TimeSpan StatusPeriod = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan StatusGrace = TimeSpan.FromSeconds(5);

    // One failure is an accident of one jail. So many without a success between them are the cell's.
    private const int SickAfterFailures = 3;

    // Places for jails in a cell (decision 0016).
    private const uint MostSpares = 64;

    // Between two statuses a tier's zygote can fail some twenty times before its pause is longer.
    private const ulong MostFailuresAtOnce = 1_000;

    private readonly FrameReader<Messages.FromAgent> _reader = new(Messages.FromAgent.Parser, FrameLimits.MaxFromAgentBytes);
    private readonly HashSet<string> _tiers = [.. options.TiersInForce.Select(tier => tier.Name)];
    private readonly FrameWriter _writer = new(FrameLimits.MaxToAgentBytes);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private int _spares;
    private ulong _zygoteFailures;

    // Guards the fields of this group.
    private readonly Lock _sync = new();
    private readonly Dictionary<ulong, InFlight> _inFlight = [];
    private ulong _lastId;
    private Fault? _fault;

    // The reader's own.
    private int _outstanding; // SlotReady received, and no Finished for it yet
    private int _failuresInARow;
    private ulong _lastOfAccident; // what was sent up to here may have failed by the accident that was counted last

    // The watch's own, but for the answer.
    private long _heardAt = time.GetTimestamp();
    private long _statusAskedAt; // 0: no answer is awaited
    private bool _suspected;

    // A cell that boots in steps, each of them late, is of no use either.
    private const int MostBootPatience = 5;

    /// <summary>Which cell; chosen by the gateway.</summary>
    public uint Number => number;

    /// <summary>Why it is over; null while it is not.</summary>
    public Fault? Fault
    {
        get
        {
            lock (_sync) return _fault;
        }
    }

    /// <summary>Executions in it.</summary>
    public int Running
    {
        get
        {
            lock (_sync) return _inFlight.Count;
        }
    }

    /// <summary>How many times longer than usual it may take for everything: more than 1 where it is emulated.</summary>
    public int Patience { get; init; } = 1;

    /// <inheritdoc cref="Launch.Ended"/>
    public Task<string> Ended { get; init; } = new TaskCompletionSource<string>().Task;

    /// <summary>Whose it is, and what it has done.</summary>
    public CellUse Use { get; } = new();

    /// <summary>Configures the agent and waits for its Hello.</summary>
    /// <returns>What it says of itself; null if it may not take work: <see cref="Fault"/> says why.</returns>
    public async Task<CellDescription?> OpenAsync()
    {
        var patience = TimeSpan.FromSeconds(options.BootSeconds) * Patience;
        await using var silence = DropAfter(patience, "no Hello, and no sign that its boot goes on,");
        await using var whole = DropAfter(patience * MostBootPatience, "its boot goes on, but there is no Hello");
        await SendAsync(new() { Configure = Configure() });
        return await OwnThread.RunAsync($"cell {number} hello", () => ReceiveHello(() => silence.Change(patience, Timeout.InfiniteTimeSpan)));
    }

    private ITimer DropAfter(TimeSpan limit, string why) => time.CreateTimer(
        _ => Drop(new Fault(FaultCause.CellSilent, $"{why} within {limit.TotalSeconds} s: it hangs, or the machine has no processor time left for it")), null, limit, Timeout.InfiniteTimeSpan);

    /// <summary>Jails that wait for a program there, as it said last.</summary>
    public int Spares => Volatile.Read(ref _spares);

    /// <summary>Told how many more zygotes of this cell have died or were given up.</summary>
    public Action<CellConnection, long> ZygotesFailed { get; init; } = static (_, _) => { };

    /// <summary>Reads the stream, on a thread of its own, until the cell is over; then everything in it is answered.</summary>
    /// <param name="slotIsReady">Told of each slot that becomes ready, on that thread: it must not wait for anything.</param>
    /// <param name="isOver">Told, on that thread, before what is in flight is answered: who tries again must not come back to this cell.</param>
    public Task ReadAsync(Action slotIsReady, Action isOver) => OwnThread.RunAsync($"cell {number}", () =>
    {
        try
        {
            Read(slotIsReady);
        }
        finally
        {
            // Whatever ended it, even a bug: nobody reads the cell any more.
            Drop(new Fault(FaultCause.CellLost, "the gateway does not read it any more"));
            isOver();
            AnswerAll();
        }

        return true;
    });

    /// <summary>Runs one program in a slot that was leased.</summary>
    public async Task<ExecutionResult> RunAsync(Execution execution, CancellationToken hangUp)
    {
        var message = ToMessage(execution);
        var inFlight = Register(out var fault);
        if (inFlight is null) return ExecutionResult.Failed(fault!, started: false);

        message.Execute.Id = inFlight.Id;
        await SendAsync(message);
        await using var registration = hangUp.UnsafeRegister(
            static state => { var (cell, one) = ((CellConnection, InFlight))state!; _ = cell.CancelAsync(one); }, (this, inFlight));
        return await inFlight.Result;
    }

    /// <summary>Tells the agent that nothing comes any more; it ends, and with it the stream.</summary>
    public Task DrainAsync() => SendAsync(new() { Drain = new() }).AsTask();

    /// <summary>Looks whether the cell is late with anything; called a few times a second.</summary>
    /// <remarks>
    /// It is dropped when two looks in a row find it late: after a pause of the gateway itself (a stopped process, a suspended
    /// machine) the answers may all be there, unread, and the reader gets the time between the looks.
    /// </remarks>
    public void Watch()
    {
        var late = Late();
        if (late is not null && _suspected) Drop(new Fault(FaultCause.CellSilent, late));
        _suspected = late is not null;

        if (_statusAskedAt == 0 && time.GetElapsedTime(Volatile.Read(ref _heardAt)) >= StatusPeriod)
        {
            Volatile.Write(ref _statusAskedAt, time.GetTimestamp());
            _ = SendAsync(new() { StatusRequest = new() }).AsTask();
        }
    }

    /// <summary>Ends the connection, and with it the cell: agents exit when their stream is gone. The first fault is the one that counts.</summary>
    public void Drop(Fault fault)
    {
        lock (_sync) _fault ??= fault;
        try
        {
            // Wakes the reader, and a sender that waits for room; the descriptor is closed when both are out of their calls.
            DescriptorSocket.Shutdown(stream);
        }
        catch (ObjectDisposedException)
        {
            // It was over before.
        }
    }

    /// <summary>For the one that had it read: ends the connection, and answers what is in flight.</summary>
    public void Dispose()
    {
        Drop(new Fault(FaultCause.CellLost, "the gateway let it go"));
        stream.Dispose();
        AnswerAll();
    }

    private Messages.Configure Configure() => new()
    {
        ProtocolVersion = FrameLimits.ProtocolVersion,
        Slots = (uint)options.SlotsPerCell,
        WaivedLayers = { options.WaivedLayers },
        Tiers = { options.TiersInForce.Select(ToMessage) },
        Zygotes = new() { Children = (uint)options.ZygoteChildren, Minutes = (uint)options.ZygoteMinutes },
        LeversOff = { options.LeversOff },
        Limits = new()
        {
            TimeMs = (uint)options.Limits.TimeMs,
            MemoryBytes = (ulong)options.Limits.MemoryBytes,
            CpuQuotaUs = (uint)options.Limits.CpuQuotaUs,
            CpuPeriodUs = (uint)options.Limits.CpuPeriodUs,
            Processes = (uint)options.Limits.Processes,
            OutputBytes = (ulong)options.Limits.OutputBytes,
            WritableBytes = (ulong)options.Limits.WritableBytes,
            WritableInodes = (uint)options.Limits.WritableInodes,
        },
    };

    private static Messages.Tier ToMessage(TierOptions tier) => new()
    {
        Name = tier.Name,
        Language = tier.Language == "python" ? Messages.Language.Python : Messages.Language.Javascript,
        Modules = { tier.Modules },
        Spares = (uint)tier.Spares,
    };

    private static Messages.ToAgent ToMessage(Execution execution)
    {
        var message = new Messages.Execute
        {
            Id = ulong.MaxValue, // the longest
            Language = execution.Language == Language.Python ? Messages.Language.Python : Messages.Language.Javascript,
            // Nobody writes to the caller's bytes while its execution is in flight.
            Code = UnsafeByteOperations.UnsafeWrap(execution.Code),
            Stdin = UnsafeByteOperations.UnsafeWrap(execution.Stdin),
            Cold = execution.Cold,
        };
        foreach (var argument in execution.Args) message.Args.Add(argument);
        foreach (var (name, value) in execution.Environment) message.Env.Add(new Messages.EnvironmentVariable { Name = name, Value = value });

        // Before anything is registered or sent: only our own Validate can have let it through.
        var whole = new Messages.ToAgent { Execute = message };
        ArgumentOutOfRangeException.ThrowIfGreaterThan(whole.CalculateSize(), FrameLimits.MaxToAgentBytes, nameof(execution));
        return whole;
    }

    private CellDescription? ReceiveHello(Action bootGoesOn)
    {
        try
        {
            var steps = 0u;
            var first = Receive();
            while (first is { Booting: { } booting })
            {
                // Each is worth a wait: there are only so many, and none comes twice.
                if (booting.Steps <= steps || booting.Steps > FrameLimits.MaxBootSteps) throw new ProtocolViolationException($"boot step {booting.Steps} after step {steps}");
                steps = booting.Steps;
                bootGoesOn();
                first = Receive();
            }

            switch (first)
            {
                case { Hello: { } hello }:
                    var description = HelloCheck.Read(hello, options.SlotsPerCell);
                    if (HelloCheck.FirstWeakness(description, options.WaivedLayers) is not { } weakness) return description;
                    Drop(new Fault(FaultCause.NoCell, $"the cell may not take work: {weakness}"));
                    return null;
                case { NotReady: { } notReady }:
                    Drop(new Fault(FaultCause.NoCell, $"the cell is not ready: {CellText.Clean(notReady.Reason, CellText.ReasonCharacters)}"));
                    return null;
                case { } other:
                    throw new ProtocolViolationException($"{other.MessageCase} before Hello");
                case null:
                    Drop(new Fault(FaultCause.CellLost, "its stream ended before Hello"));
                    return null;
            }
        }
        catch (Exception e) when (FaultOf(e) is { } fault)
        {
            Drop(fault);
            return null;
        }
    }

    private void Read(Action slotIsReady)
    {
        try
        {
            while (Receive() is { } message)
            {
                Volatile.Write(ref _heardAt, time.GetTimestamp());
                switch (message.MessageCase)
                {
                    case Messages.FromAgent.MessageOneofCase.SlotReady:
                        OnSlotReady(message.SlotReady);
                        slotIsReady();
                        break;
                    case Messages.FromAgent.MessageOneofCase.Started:
                        Find(message.Started.Id).OnStarted();
                        break;
                    case Messages.FromAgent.MessageOneofCase.Output:
                        Find(message.Output.Id).OnOutput(message.Output);
                        break;
                    case Messages.FromAgent.MessageOneofCase.Finished:
                        OnFinished(message.Finished);
                        break;
                    case Messages.FromAgent.MessageOneofCase.Status:
                        OnStatus(message.Status);
                        break;
                    default:
                        throw new ProtocolViolationException($"{message.MessageCase} after Hello");
                }
            }

            Drop(new Fault(FaultCause.CellLost, "its stream ended"));
        }
        catch (Exception e) when (FaultOf(e) is { } fault)
        {
            Drop(fault);
        }
    }

    private Messages.FromAgent? Receive()
    {
        Messages.FromAgent? message;
        while (!_reader.TryRead(out message))
        {
            var count = StreamSocket.Receive(stream, _reader.Space.Span);
            if (count == 0) return null;
            _reader.Advance(count);
        }

        return message;
    }

    // The kernel has room for all but the largest programs. A cell that does not read lets this wait, not a thread of the pool; then the
    // execution or the status is late, and Drop ends the wait.
    private async ValueTask SendAsync(Messages.ToAgent message)
    {
        await _writing.WaitAsync();
        try
        {
            _writer.Write(message);
            _writer.Sent(StreamSocket.Send(stream, _writer.Pending.Span, wait: false));
            if (_writer.PendingBytes > 0) await OwnThread.RunAsync($"cell {number} send", SendRest);
        }
        catch (Exception e) when (FaultOf(e) is { } fault)
        {
            // The reader answers what is in flight.
            Drop(fault);
        }
        finally
        {
            _writing.Release();
        }
    }

    private bool SendRest()
    {
        while (_writer.PendingBytes > 0) _writer.Sent(StreamSocket.Send(stream, _writer.Pending.Span, wait: true));
        return true;
    }

    private async Task CancelAsync(InFlight inFlight)
    {
        if (inFlight.RequestCancel()) await SendAsync(new() { Cancel = new() { Id = inFlight.Id } });
    }

    private InFlight? Register(out Fault? fault)
    {
        lock (_sync)
        {
            fault = _fault;
            if (fault is not null) return null;
            var inFlight = new InFlight(++_lastId, number, options.Limits, time, _tiers) { Patience = Patience };
            _inFlight.Add(inFlight.Id, inFlight);
            return inFlight;
        }
    }

    private InFlight Find(ulong id)
    {
        lock (_sync)
        {
            return _inFlight.TryGetValue(id, out var inFlight) ? inFlight : throw new ProtocolViolationException($"execution {id} is not in flight");
        }
    }

    private void OnSlotReady(Messages.SlotReady ready)
    {
        if (ready.Slot >= options.SlotsPerCell) throw new ProtocolViolationException($"slot {ready.Slot} of {options.SlotsPerCell}");
        if (_outstanding == options.SlotsPerCell) throw new ProtocolViolationException($"more than {options.SlotsPerCell} slots are ready or running");
        _outstanding++;
    }

    private void OnFinished(Messages.Finished finished)
    {
        var inFlight = Find(finished.Id);
        var went = inFlight.OnFinished(finished);
        ulong lastSent;
        lock (_sync)
        {
            _inFlight.Remove(finished.Id);
            lastSent = _lastId;
        }

        _outstanding--;
        CountFailures(finished, went, lastSent);
    }

    // A zygote that dies takes all its children along: that is one accident, and the others of the cell must not pay for it.
    private void CountFailures(Messages.Finished finished, bool went, ulong lastSent)
    {
        if (went)
        {
            _failuresInARow = 0;
            return;
        }

        if (finished.Id <= _lastOfAccident) return;
        _lastOfAccident = lastSent;
        _failuresInARow++;
        if (_failuresInARow == SickAfterFailures)
        {
            Drop(new Fault(FaultCause.JailFailed,
                $"{SickAfterFailures} executions in a row failed; the last one: {CellText.Clean(finished.Failure, CellText.ReasonCharacters)}"));
        }
    }

    private void OnStatus(Messages.Status status)
    {
        if (Interlocked.Exchange(ref _statusAskedAt, 0) == 0) throw new ProtocolViolationException("a Status that nobody asked for");

        // As ulong: the sum of three uint does not overflow.
        var slots = (ulong)status.SlotsReady + status.SlotsRunning + status.SlotsPreparing;
        if (slots > (ulong)options.SlotsPerCell) throw new ProtocolViolationException($"a Status of {slots} slots; there are {options.SlotsPerCell}");
        if (status.Spares > MostSpares) throw new ProtocolViolationException($"a Status of {status.Spares} spares; a cell has room for {MostSpares}");

        // Its own word: bounded, so that it cannot spoil a sum for ever.
        Volatile.Write(ref _spares, (int)status.Spares);
        var failures = Math.Min(status.ZygoteFailures, _zygoteFailures + MostFailuresAtOnce);
        if (failures <= _zygoteFailures) return;
        ZygotesFailed(this, (long)(failures - _zygoteFailures));
        _zygoteFailures = failures;
    }

    private string? Late()
    {
        if (Volatile.Read(ref _statusAskedAt) is not 0 and var asked && time.GetElapsedTime(asked) > StatusGrace * Patience)
            return $"no Status within {StatusGrace.TotalSeconds * Patience} s";

        lock (_sync)
        {
            foreach (var inFlight in _inFlight.Values)
            {
                if (inFlight.Overdue() is { } overdue) return $"execution {inFlight.Id}: {overdue}";
            }
        }

        return null;
    }

    private void AnswerAll()
    {
        InFlight[] left;
        Fault fault;
        lock (_sync)
        {
            left = [.. _inFlight.Values];
            fault = _fault!;
            _inFlight.Clear();
        }

        foreach (var inFlight in left) inFlight.OnLost(fault);
    }

    private static Fault? FaultOf(Exception e) => e switch
    {
        ProtocolViolationException => new(FaultCause.ProtocolViolation, e.Message),
        KernelException kernel => new(FaultCause.CellLost, $"its stream: {Errno.Name(kernel.Error)}"),
        ObjectDisposedException => new(FaultCause.CellLost, "its stream was closed"),
        _ => null,
    };
}
