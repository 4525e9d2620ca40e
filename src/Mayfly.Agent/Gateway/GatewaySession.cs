using Google.Protobuf;
using Mayfly.Agent.Executions;
using Mayfly.Agent.Jails;
using Mayfly.Agent.Loop;
using Mayfly.Protocol;
using Mayfly.Protocol.Messages;

namespace Mayfly.Agent.Gateway;

/// <summary>Serves the gateway once the cell is ready: slots are announced, programs run, output and results go back.</summary>
/// <remarks>
/// Output goes out in turns, a chunk for each execution, and only while the connection has room; the rest waits in its capture. An execution's Finished
/// follows its output, and its slot is announced again only after that: so no more is ever held back than each slot's output limit.
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

    // By id: from Execute until Finished is in the connection's buffer.
    private readonly Dictionary<ulong, Execution> _executions = [];

    // Those with something to send, in turn.
    private readonly Queue<Execution> _sending = new();
    private readonly HashSet<Execution> _isSending = [];

    // Executes whose announced jail died before they came: the slot's next jail takes them, if it comes in time.
    private readonly Queue<Execute> _waiting = new();
    private readonly bool[] _announced;
    private readonly bool[] _busy;
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
        _announced = new bool[pool.Count];
        _busy = new bool[pool.Count];
    }

    /// <summary>Executions that the gateway has not been told the end of.</summary>
    public int Outstanding => _executions.Count + _waiting.Count;

    /// <summary>Tells the gateway of the jails that became ready before it could be told.</summary>
    public void AnnounceReadySlots()
    {
        for (var slot = 0; slot < _pool.Count; slot++)
        {
            if (_pool.IsReady(slot)) Announce(slot);
        }
    }

    /// <summary>A jail is ready: somebody waits for it, or the gateway is told.</summary>
    public void OnSlotReady(Jail jail)
    {
        if (_waiting.TryDequeue(out var execute))
        {
            Begin(_pool.TryTake()!, execute);
            return;
        }

        Announce((int)jail.Slot);
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
            _gateway.Flush();
        }
        while (_sending.Count > 0 && _gateway.HasRoom);

        if (_draining && Outstanding == 0) _onDrained();
    }

    /// <summary>The cell is broken: every execution ends as the infrastructure's failure.</summary>
    public void FailAll(string reason)
    {
        foreach (var execution in _executions.Values)
        {
            var finished = execution.Result ?? new Finished { Id = execution.Id, Termination = Termination.Infrastructure, Failure = reason, Started = execution.HasStarted };
            _gateway.Send(new FromAgent { Finished = finished });
        }

        foreach (var execute in _waiting) _gateway.Send(Refusal(execute.Id, reason));
        _executions.Clear();
        _waiting.Clear();
    }

    private void Announce(int slot)
    {
        if (_busy[slot] || _announced[slot] || _draining) return;
        _announced[slot] = true;
        _credit++;
        _gateway.Send(new FromAgent { SlotReady = new SlotReady { Slot = (uint)slot } });
    }

    private void Execute(Execute execute)
    {
        if (_credit == 0 || _executions.ContainsKey(execute.Id))
        {
            _onViolation(_credit == 0 ? $"Execute {execute.Id} without a free slot" : $"Execute {execute.Id} a second time");
            return;
        }

        _credit--;
        if (_pool.TryTake() is { } jail)
        {
            Begin(jail, execute);
            return;
        }

        _waiting.Enqueue(execute);
        _loop.Deadlines.After(s_jailPatience, () => GiveUp(execute));
    }

    private void GiveUp(Execute execute)
    {
        if (RemoveWaiting(execute.Id)) _gateway.Send(Refusal(execute.Id, "the jail that was ready for it died, and no other became ready in time"));
    }

    private bool RemoveWaiting(ulong id)
    {
        var found = false;
        for (var left = _waiting.Count; left > 0; left--)
        {
            var execute = _waiting.Dequeue();
            if (execute.Id == id) found = true;
            else _waiting.Enqueue(execute);
        }

        return found;
    }

    private void Begin(Jail jail, Execute execute)
    {
        _count++;
        _announced[jail.Slot] = false;
        try
        {
            var limits = _limits.LoweredBy(execute.Limits);
            var block = StartBlock.Of(execute);
            _busy[jail.Slot] = true;
            _executions[execute.Id] = Execution.Start(_loop, jail, execute.Id, block, limits, this);
        }
        catch (ArgumentException e)
        {
            _gateway.Send(Refusal(execute.Id, e.Message));
            jail.Release();
        }
    }

    private void Cancel(ulong id)
    {
        if (_executions.TryGetValue(id, out var execution))
        {
            execution.Kill(KillCause.Cancelled);
            return;
        }

        // It may not have begun; or be over, with its Finished on the way.
        if (RemoveWaiting(id)) _gateway.Send(new FromAgent { Finished = new Finished { Id = id, Termination = Termination.Cancelled } });
    }

    private void SendOutput()
    {
        while (_gateway.HasRoom && _sending.TryDequeue(out var execution))
        {
            SendChunk(execution, execution.Stdout, Mayfly.Protocol.Messages.Stream.Stdout);
            SendChunk(execution, execution.Stderr, Mayfly.Protocol.Messages.Stream.Stderr);
            if (execution.Stdout.PendingBytes + execution.Stderr.PendingBytes > 0)
            {
                _sending.Enqueue(execution);
                continue;
            }

            _isSending.Remove(execution);
            if (execution.Result is { } result) SendFinished(execution, result);
        }
    }

    private void SendChunk(Execution execution, OutputCapture capture, Mayfly.Protocol.Messages.Stream stream)
    {
        var chunk = capture.Peek(FrameLimits.MaxOutputChunkBytes);
        if (chunk.Length == 0) return;
        // SAFETY: the bytes are copied into the connection's buffer by Send, before the capture may reuse them.
        var data = UnsafeByteOperations.UnsafeWrap(chunk);
        _gateway.Send(new FromAgent { Output = new Output { Id = execution.Id, Stream = stream, Data = data } });
        capture.Take(chunk.Length);
    }

    private void SendFinished(Execution execution, Finished result)
    {
        _gateway.Send(new FromAgent { Finished = result });
        _executions.Remove(execution.Id);
        _busy[execution.Slot] = false;
        // Its next jail may be ready already, and have waited for this.
        if (_pool.IsReady((int)execution.Slot)) Announce((int)execution.Slot);
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

    private static FromAgent Refusal(ulong id, string reason) =>
        new() { Finished = new Finished { Id = id, Termination = Termination.Infrastructure, Failure = reason } };
}
