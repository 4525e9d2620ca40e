using System.Diagnostics;

namespace Mayfly.Bench.Running;

/// <summary>The parts of a run, one after another inside one bound of time. What fails or does not fit is said, and the others go on.</summary>
internal sealed class Phases(TimeSpan limit, CancellationToken stop)
{
    private readonly long _begin = Stopwatch.GetTimestamp();

    /// <summary>Parts without a result, and why.</summary>
    public SortedDictionary<string, string> NotMeasured { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether something went wrong, which is more than not fitting.</summary>
    public bool Failed { get; private set; }

    /// <summary>Seconds that each part took.</summary>
    public Dictionary<string, double> Seconds { get; } = [];

    private TimeSpan Left => limit - Stopwatch.GetElapsedTime(_begin);

    /// <summary>Runs a part, if there is time for it.</summary>
    /// <param name="name">Shown while it runs, and as the reason's key.</param>
    /// <param name="needs">About what it takes.</param>
    /// <param name="work">The part; its token ends it when the bound is reached.</param>
    public async Task<T?> RunAsync<T>(string name, TimeSpan needs, Func<CancellationToken, Task<T>> work)
        where T : class
    {
        if (Left < needs)
        {
            NotMeasured[name] = $"there were {Math.Max(0, Left.TotalSeconds):0} s left of {limit.TotalSeconds:0}, and it takes {needs.TotalSeconds:0}";
            return null;
        }

        await Console.Error.WriteLineAsync($"  {name}");
        var begin = Stopwatch.GetTimestamp();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bound.CancelAfter(Left);
        try
        {
            // Away from this thread: most parts block.
            return await Task.Run(() => work(bound.Token), stop);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            NotMeasured[name] = $"it did not end within the {limit.TotalSeconds:0} s of this run";
            return null;
        }
#pragma warning disable CA1031 // one part's failure is reported with its name and makes the run fail; it must not take the others' results along
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Failed = true;
            NotMeasured[name] = $"failed: {failure.Message}";
            return null;
        }
        finally
        {
            Seconds[name] = Math.Round(Stopwatch.GetElapsedTime(begin).TotalSeconds, 1);
        }
    }

    /// <summary>The same for a part that blocks.</summary>
    public Task<T?> RunAsync<T>(string name, TimeSpan needs, Func<CancellationToken, T> work)
        where T : class => RunAsync(name, needs, token => Task.FromResult(work(token)));
}
