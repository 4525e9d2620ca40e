using Google.Protobuf;
using Mayfly.Agent.Executions;
using Mayfly.Agent.Jails;
using Mayfly.Agent.Loop;
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
    private static readonly TimeSpan s_jailPatience = TimeSpan.FromSeconds(3);

    private readonly EventLoop _loop;
    private readonly GatewayConnection _gateway;
    private readonly SlotPool _pool;
    private readonly ExecutionLimits _limits;
    private readonly Action _onDrained;
    private readonly Action<string> _onViolation;

    // By id: from their start until Finished is in the connection's buffer.
    private readonly Dictionary<ulong, Execution> _executions = [];

    // Of each slot, how many of those.
    private readonly int[] _unfinished;

    // Those with something to send, in turn.
    private readonly Queue<Execution> _sending = new();
    private readonly HashSet<Execution> _isSending = [];

    // Those whose announced jail died before they came: the next one takes them, if it comes in time.
    private readonly Queue<Program> _waiting = new();

    // SlotReady sent, and no Execute for it yet.
    private int _credit;
    private ulong _count;
    private bool _draining;
    private bool _statusWanted;

    /// <param name="loop">Calls back.</param>
    /// <param name="gateway">The stream.</param>
    /// <param name="pool">Where jails come from.</param>
    /// <param name="limits">As configured.</param>
    /// <param name="onDrained">Drain was asked for, and nothing runs any more.</param>
    /// <param name="onViolation">The gateway broke the protocol.</param>
    public GatewaySession(
        EventLoop loop,
        GatewayConnection gateway,
        SlotPool pool,
        ExecutionLimits limits,
        Action onDrained,
        Action<string> onViolation)
    {
        (_loop, _gateway, _pool, _limits) = (loop, gateway, pool, limits);
        (_onDrained, _onViolation) = (onDrained, onViolation);
        _unfinished = new int[pool.Count];
    }

    // What an Execute asks for, checked.
    private sealed record Program(ulong Id, byte[] StartBlock, ExecutionLimits Limits);

    /// <summary>A jail is ready: whoever waits for one gets it. Otherwise <see cref="Pump"/> announces it.</summary>
    public void OnJailReady()
    {
        if (_waiting.TryDequeue(out var program)) Start(_pool.TryTake()!, program);
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

    public void OnStarted(Execution execution) =>
        _gateway.Send(new FromAgent { Started = new Started { Id = execution.Id } });

    public void OnOutput(Execution execution)
    {
        if (_isSending.Add(execution)) _sending.Enqueue(execution);
    }

    public void OnFinished(Execution execution) => OnOutput(execution);

    /// <summary>After each batch of events: says what there is to say.</summary>
    public void Pump()
    {
        if (_statusWanted) SendStatus();
        do
        {
            SendOutput();
            AnnounceReadySlots();
            _gateway.Flush();
        }
        while (_sending.Count > 0 && _gateway.HasRoom);

        if (_draining && _executions.Count + _waiting.Count == 0) _onDrained();
    }

    /// <summary>The cell is broken: every execution ends as the infrastructure's failure.</summary>
    public void FailAll(string reason)
    {
        foreach (var execution in _executions.Values.ToArray()) SendFinished(execution, execution.Result ?? Refusal(execution.Id, reason, execution.HasStarted));
        foreach (var program in _waiting) _gateway.Send(new FromAgent { Finished = Refusal(program.Id, reason) });
        _waiting.Clear();
    }

    private void Execute(Execute execute)
    {
        if (_credit == 0 || _executions.ContainsKey(execute.Id))
        {
            _onViolation(_credit == 0 ? $"Execute {execute.Id} without a free slot" : $"Execute {execute.Id} a second time");
            return;
        }

        _credit--;
        _count++;
        try
        {
            var program = new Program(execute.Id, StartBlock.Of(execute), _limits.LoweredBy(execute.Limits));
            if (_pool.TryTake() is { } jail) Start(jail, program);
            else Wait(program);
        }
        catch (ArgumentException e)
        {
            _gateway.Send(new FromAgent { Finished = Refusal(execute.Id, e.Message) });
        }
    }

    private void Start(Jail jail, Program program)
    {
        _unfinished[jail.Slot]++;
        _executions[program.Id] = Execution.Start(_loop, jail, program.Id, program.StartBlock, program.Limits, this);
    }

    private void Wait(Program program)
    {
        _waiting.Enqueue(program);
        _loop.Deadlines.After(s_jailPatience, () =>
        {
            if (!RemoveWaiting(program.Id)) return;
            const string Why = "the jail that was ready for it died, and no other became ready in time";
            _gateway.Send(new FromAgent { Finished = Refusal(program.Id, Why) });
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
        var found = false;
        for (var left = _waiting.Count; left > 0; left--)
        {
            var program = _waiting.Dequeue();
            if (program.Id == id) found = true;
            else _waiting.Enqueue(program);
        }

        return found;
    }

    // A credit is good for any slot. One whose last execution is still being sent is kept back.
    private void AnnounceReadySlots()
    {
        if (_draining) return;
        var announced = 0;
        for (var slot = 0; slot < _pool.Count; slot++)
        {
            if (_unfinished[slot] > 0 || !_pool.IsReady(slot) || ++announced <= _credit) continue;
            _credit++;
            _gateway.Send(new FromAgent { SlotReady = new SlotReady { Slot = (uint)slot } });
        }
    }

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
        _unfinished[execution.Slot]--;
    }

    private void SendStatus()
    {
        _statusWanted = false;
        _gateway.Send(new FromAgent
        {
            Status = new Status
            {
                SlotsReady = (uint)_pool.Ready,
                SlotsRunning = (uint)_pool.Running,
                SlotsPreparing = (uint)_pool.Preparing,
                Executions = _count,
                AgentRssBytes = (ulong)Environment.WorkingSet,
                OpenDescriptors = (uint)Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(),
                AgentCpuTimeUs = (ulong)Environment.CpuUsage.TotalTime.TotalMicroseconds,
            },
        });
    }

    private static Finished Refusal(ulong id, string reason, bool started = false) =>
        new() { Id = id, Termination = Termination.Infrastructure, Failure = reason, Started = started };
}
