namespace Mayfly.Dispatch;

/// <summary>Runs a share of warm executions once more, cold, and counts what came out differently: whether warm behaves as cold, on real programs.</summary>
/// <remarks>
/// Off by default. One at a time, only while slots are free, nobody waits for it and nobody pays for it. Programs that print
/// times or random numbers differ by themselves, so it is the trend that tells. Nothing of a program is kept or logged.
/// </remarks>
/// <param name="percent">The share, 0..100.</param>
/// <param name="isCalm">Whether there are slots to spare.</param>
/// <param name="run">Runs one program; it may come to nothing.</param>
/// <param name="metrics">Counts.</param>
internal sealed class ColdSampler(int percent, Func<bool> isCalm, Func<Execution, Task<ExecutionResult>> run, DispatchMetrics metrics)
{
    private int _busy;

    /// <summary>Looks at an execution that has ended; what belongs to its request is copied before this returns.</summary>
    public void Consider(Execution execution, ExecutionResult result)
    {
        if (percent == 0 || result.Tier == ExecutionResult.Cold || result.Termination != Termination.Exit) return;
        if (Random.Shared.Next(100) >= percent || !isCalm() || Interlocked.CompareExchange(ref _busy, 1, 0) != 0) return;
        _ = CompareAsync(execution with { Cold = true, Code = execution.Code.ToArray(), Stdin = execution.Stdin.ToArray() }, result);
    }

    /// <summary>Whether the two tell the same.</summary>
    internal static bool AreAlike(ExecutionResult warm, ExecutionResult cold) =>
        warm.Termination == cold.Termination && warm.ExitCode == cold.ExitCode && warm.Stdout == cold.Stdout && warm.Stderr == cold.Stderr;

    private async Task CompareAsync(Execution execution, ExecutionResult warm)
    {
        try
        {
            // Not on the request's time.
            await Task.Yield();
            var cold = await run(execution);
            if (cold.Fault is null) metrics.Sampled(warm.Tier, AreAlike(warm, cold));
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }
}
