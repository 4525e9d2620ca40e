using Google.Protobuf;
using Mayfly.Agent.Executions;
using Mayfly.Agent.Jails;
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Tiers;
using Mayfly.Protocol;
using Mayfly.Protocol.Messages;
using OutputStream = Mayfly.Protocol.Messages.Stream;

namespace Mayfly.Agent.Gateway;

/// <summary>Serves the gateway once the cell is ready: slots are announced, programs run, output and results go back.</summary>
/// <remarks>
/// Output goes out in turns, a chunk for each execution, and only while the connection has room; the rest waits in its
/// capture. An execution's Finished follows its output, and its slot is announced again only after that: so no more
/// is ever held back than each slot's output limit.
/// </remarks>
internal sealed class GatewaySession : IExecutionOwner
{
    // Preparing a jail takes milliseconds; the gateway gives up after 5 s.
    private static readonly TimeSpan s_jailPatience = Patience.Times(TimeSpan.FromSeconds(4.5));

    private readonly EventLoop _loop;
    private readonly GatewayConnection _gateway;
    private readonly JailPool _pool;
    private readonly SpareChoice _choice;
    private readonly ExecutionLimits _limits;
    private readonly bool _looksForEndings;
    private readonly Action _onDrained;
    private readonly Action<string> _onViolation;

    // By id: from their start until Finished is in the connection's buffer.
    private readonly Dictionary<ulong, Execution> _executions = [];

    // Those that run in a warm child, and have not started: if its zygote dies they are tried once more.
    private readonly Dictionary<ulong, Program> _mayBeTriedAgain = [];

    // Those with something to send, in turn.
    private readonly Queue<Execution> _sending = new();
    private readonly HashSet<Execution> _isSending = [];

    // Those whose kind of spare has run out, or whose announced jail died: the next one takes them, if it comes in time.
    private readonly Dictionary<ulong, JailWait> _waiting = [];

    // SlotReady sent, and no Execute for it yet.
    private int _credit;
    private ulong _count;
    private ulong _announced;
    private bool _draining;
    private bool _statusWanted;
    private readonly Func<int> _zygoteFailures;

    /// <param name="loop">Calls back.</param>
    /// <param name="gateway">The stream.</param>
    /// <param name="pool">Where jails come from.</param>
    /// <param name="choice">Which kind of jail.</param>
    /// <param name="limits">As configured.</param>
    /// <param name="looksForEndings">See <see cref="Levers.EarlyEnd"/>.</param>
    /// <param name="zygoteFailures">Zygotes that died or were given up.</param>
    /// <param name="onDrained">Drain was asked for, and nothing runs any more.</param>
    /// <param name="onViolation">The gateway broke the protocol.</param>
    public GatewaySession(
        EventLoop loop,
        GatewayConnection gateway,
        JailPool pool,
        SpareChoice choice,
        ExecutionLimits limits,
        bool looksForEndings,
        Func<int> zygoteFailures,
        Action onDrained,
        Action<string> onViolation)
    {
        (_loop, _gateway, _pool, _choice, _limits, _looksForEndings) = (loop, gateway, pool, choice, limits, looksForEndings);
        (_zygoteFailures, _onDrained, _onViolation) = (zygoteFailures, onDrained, onViolation);
    }

    // What an Execute asks for, checked.
    private sealed record Program(ulong Id, byte[] StartBlock, ExecutionLimits Limits, int Imports)
    {
        public bool IsSecondTry { get; init; }
    }

    /// <summary>Takes one message.</summary>
    public void OnMessage(ToAgent message)
    {
        switch (message.MessageCase)
        {
            case ToAgent.MessageOneofCase.Execute:
                Execute(message.Execute);
                break;
            case ToAgent.MessageOneofCase.Cancel:
                Cancel(message.Cancel.Id);
                break;
            case ToAgent.MessageOneofCase.StatusRequest:
                // Answered once for each batch, however often it is asked: what waits to be sent stays bounded.
                _statusWanted = true;
                break;
            case ToAgent.MessageOneofCase.Drain:
                _draining = true;
                break;
            default:
                _onViolation($"{message.MessageCase} does not belong here");
                break;
        }
    }

    public void OnStarted(Execution execution)
    {
        _mayBeTriedAgain.Remove(execution.Id);
        execution.ForgetProgram();
        _gateway.Send(new FromAgent { Started = new Started { Id = execution.Id } });
    }

    public void OnOutput(Execution execution)
    {
        if (_isSending.Add(execution)) _sending.Enqueue(execution);
    }

    public void OnFinished(Execution execution)
    {
        if (_mayBeTriedAgain.Remove(execution.Id, out var program) && execution.Jail.WasOrphaned)
        {
            // The death of a zygote is ours to bear. A fresh interpreter needs none.
            _executions.Remove(execution.Id);
            Place(_pool.Cold, program with { IsSecondTry = true });
            return;
        }

        execution.ForgetProgram();
        OnOutput(execution);
    }

    /// <summary>After each batch of events: says what there is to say.</summary>
    public void Pump()
    {
        if (_statusWanted) SendStatus();
        do
        {
            SendOutput();
            AnnounceFreeSlots();
            _gateway.Flush();
        }
        while (_sending.Count > 0 && _gateway.HasRoom);

        if (_draining && _executions.Count + _waiting.Count == 0) _onDrained();
    }

    /// <summary>The cell is broken: every execution ends as the infrastructure's failure.</summary>
    public void FailAll(string reason)
    {
        foreach (var execution in _executions.Values.ToArray()) SendFinished(execution, execution.Result ?? Refusal(execution.Id, reason, execution.HasStarted));
        foreach (var (id, wait) in _waiting)
        {
            wait.Cancel();
            _gateway.Send(new FromAgent { Finished = Refusal(id, reason) });
        }

        _waiting.Clear();
    }

    private void Execute(Execute execute)
    {
        if (_credit == 0 || _executions.ContainsKey(execute.Id) || _waiting.ContainsKey(execute.Id))
        {
            _onViolation(_credit == 0 ? $"Execute {execute.Id} without a free slot" : $"Execute {execute.Id} a second time");
            return;
        }

        _credit--;
        _count++;
        try
        {
            var (kind, imports) = _choice.For(execute);
            var program = new Program(execute.Id, StartBlock.Of(execute), _limits.LoweredBy(execute.Limits), imports);
            StartBlock.Forget(execute);
            Place(kind, program);
        }
        catch (ArgumentException e)
        {
            _gateway.Send(new FromAgent { Finished = Refusal(execute.Id, e.Message) });
        }
    }

    private void Place(SpareKind kind, Program program)
    {
        var wait = _pool.Take(kind, jail => Start(jail, program));
        if (wait.IsOpen) Wait(program.Id, wait);
    }

    private void Start(Jail jail, Program program)
    {
        _waiting.Remove(program.Id);
        if (jail.Parent?.Tier is not null && !program.IsSecondTry) _mayBeTriedAgain[program.Id] = program;
        _executions[program.Id] = Execution.Start(_loop, jail, program.Id, program.StartBlock, program.Limits, this, program.Imports, _looksForEndings);
    }

    private void Wait(ulong id, JailWait wait)
    {
        _waiting[id] = wait;
        _loop.Deadlines.After(s_jailPatience, () =>
        {
            if (!wait.IsOpen || !RemoveWaiting(id)) return;
            const string Why = "the jail that was ready for it died or was taken, and no other became ready in time";
            _gateway.Send(new FromAgent { Finished = Refusal(id, Why) });
        });
    }

    private void Cancel(ulong id)
    {
        if (_executions.TryGetValue(id, out var execution))
        {
            execution.Kill(KillCause.Cancelled);
            return;
        }

        // It may not have begun; or be over, with its Finished on the way.
        if (!RemoveWaiting(id)) return;
        _gateway.Send(new FromAgent { Finished = new Finished { Id = id, Termination = Termination.Cancelled } });
    }

    private bool RemoveWaiting(ulong id)
    {
        if (!_waiting.Remove(id, out var wait)) return false;
        wait.Cancel();
        return true;
    }

    // A credit is good for any program. A slot is free when nothing is left of its last jail, and all of its last execution was sent. No more
    // are announced than there are spares: programs wait better at the gateway, where keys take turns and other cells may be free.
    private void AnnounceFreeSlots()
    {
        if (_draining) return;
        var free = _pool.Slots - Occupied;
        while (_credit < Math.Min(free, _pool.Ready))
        {
            _gateway.Send(new FromAgent { SlotReady = new SlotReady { Slot = (uint)(_announced++ % (ulong)_pool.Slots) } });
            _credit++;
        }
    }

    // Used jails whose execution is not finished are counted among those: an execution is unfinished until it is sent, a jail is used until it is gone.
    private int Occupied => _pool.Used + _waiting.Count + _executions.Values.Count(execution => execution.IsJailGone);

    private void SendOutput()
    {
        while (_gateway.HasRoom && _sending.TryDequeue(out var execution))
        {
            SendChunk(execution, execution.Stdout, OutputStream.Stdout);
            SendChunk(execution, execution.Stderr, OutputStream.Stderr);
            if (execution.Stdout.PendingBytes + execution.Stderr.PendingBytes > 0)
            {
                _sending.Enqueue(execution);
                continue;
            }

            _isSending.Remove(execution);
            if (execution.Result is { } result) SendFinished(execution, result);
        }
    }

    private void SendChunk(Execution execution, OutputCapture capture, OutputStream stream)
    {
        var chunk = capture.Peek(FrameLimits.MaxOutputChunkBytes);
        if (chunk.Length == 0) return;
        // SAFETY: Send copies the bytes into the connection's buffer, before the capture may reuse them.
        var data = UnsafeByteOperations.UnsafeWrap(chunk);
        _gateway.Send(new FromAgent { Output = new Output { Id = execution.Id, Stream = stream, Data = data } });
        capture.Take(chunk.Length);
    }

    private void SendFinished(Execution execution, Finished result)
    {
        _gateway.Send(new FromAgent { Finished = result });
        _executions.Remove(execution.Id);
    }

    private void SendStatus()
    {
        _statusWanted = false;
        var running = Math.Min(_executions.Count, _pool.Slots - _credit);
        _gateway.Send(new FromAgent
        {
            Status = new Status
            {
                SlotsReady = (uint)_credit,
                SlotsRunning = (uint)running,
                SlotsPreparing = (uint)(_pool.Slots - _credit - running),
                Executions = _count,
                AgentRssBytes = (ulong)Environment.WorkingSet,
                OpenDescriptors = (uint)Descriptors.CountOpen(),
                AgentCpuTimeUs = (ulong)Environment.CpuUsage.TotalTime.TotalMicroseconds,
                Spares = (uint)_pool.Ready,
                ZygoteFailures = (ulong)_zygoteFailures(),
            },
        });
    }

    private static Finished Refusal(ulong id, string reason, bool started = false) =>
        new() { Id = id, Termination = Termination.Infrastructure, Failure = reason, Started = started };
}
