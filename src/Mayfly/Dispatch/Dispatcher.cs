namespace Mayfly.Dispatch;

/// <summary>Runs executions in cells: the Dispatch step, and the gateway's end of Supervise.</summary>
internal sealed class Dispatcher
{
    private volatile bool _draining;

    /// <summary>Whether work is taken: not draining, and at least one cell passed its self-test. Busy slots do not make it false.</summary>
    public bool IsReady => !_draining && Fleet.CellsUp > 0;

    /// <summary>The cells, for readiness and the runtimes page.</summary>
    public FleetDescription Fleet { get; } = new("", "", 0, 0, 0, null, null);

    /// <summary>Runs one program; failures of Mayfly come back as <see cref="Termination.Infrastructure"/> with a fault.</summary>
    /// <param name="execution">What to run.</param>
    /// <param name="turn">Executions of the same number share a turn in the queue.</param>
    /// <param name="hangUp">The client is gone: the execution is cancelled, and the result says whether it had started.</param>
    public Task<ExecutionResult> ExecuteAsync(Execution execution, long turn, CancellationToken hangUp)
    {
        ArgumentNullException.ThrowIfNull(execution);
        var fault = _draining
            ? new Fault(FaultCause.Draining, "the gateway is shutting down")
            : new Fault(FaultCause.NoCell, "no cell is up");
        return Task.FromResult(new ExecutionResult
        {
            Termination = Termination.Infrastructure,
            Started = false,
            ExitCode = -1,
            Fault = fault,
        });
    }

    /// <summary>Takes no more work, and returns when all that was taken is answered, at the latest after <paramref name="limit"/>.</summary>
    public Task DrainAsync(TimeSpan limit)
    {
        _draining = true;
        return Task.CompletedTask;
    }
}
