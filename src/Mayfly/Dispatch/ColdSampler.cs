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
internal sealed class ColdSampler(int percent, Func<bool> isCalm, Func<Execution, long, Task<ExecutionResult>> run, DispatchMetrics metrics)
{
    private int _busy;

    /// <summary>Looks at an execution that has ended; what belongs to its request is copied before this returns.</summary>
    /// <param name="execution">What ran.</param>
    /// <param name="turn">Whose it was: the cell that runs it again must be one that may.</param>
    /// <param name="result">What came of it.</param>
    public void Consider(Execution execution, long turn, ExecutionResult result)
    {
        if (percent == 0 || result.Tier == ExecutionResult.Cold || result.Termination != Termination.Exit) return;
        if (Random.Shared.Next(100) >= percent || !isCalm() || Interlocked.CompareExchange(ref _busy, 1, 0) != 0) return;
        _ = CompareAsync(execution with { Cold = true, Code = execution.Code.ToArray(), Stdin = execution.Stdin.ToArray() }, turn, result);
    }

    /// <summary>Whether the two tell the same.</summary>
    internal static bool AreAlike(ExecutionResult warm, ExecutionResult cold) =>
        warm.Termination == cold.Termination && warm.ExitCode == cold.ExitCode && warm.Stdout == cold.Stdout && warm.Stderr == cold.Stderr;

    private async Task CompareAsync(Execution execution, long turn, ExecutionResult warm)
    {
        try
        {
            // Not on the request's time.
            await Task.Yield();
            var cold = await run(execution, turn);
            if (cold.Fault is null) metrics.Sampled(warm.Tier, AreAlike(warm, cold));
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }
}
