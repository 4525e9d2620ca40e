using System.Collections.Concurrent;

namespace Mayfly.Bench.Load;

/// <summary>Threads that each block on one connection: cheaper for both sides to reason about than a pool that grows when it likes.</summary>
internal static class Threads
{
    private const int StackBytes = 256 * 1024;

    /// <summary>Runs it once on each of so many threads and waits for all; the first failure is thrown here.</summary>
    public static void Run(int count, Action<int> work)
    {
        var failures = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, count).Select(number => new Thread(() => Guarded(() => work(number), failures), StackBytes) { IsBackground = true }).ToArray();
        foreach (var thread in threads)
        {
            thread.Start();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }

        if (failures.TryDequeue(out var failure))
        {
            throw new LoadException($"a client failed: {failure.Message}", failure);
        }
    }

    // The outermost net of a thread: what passes here would end the process.
    private static void Guarded(Action work, ConcurrentQueue<Exception> failures)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031 // kept and thrown where the threads are waited for
        catch (Exception failure)
#pragma warning restore CA1031
        {
            failures.Enqueue(failure);
        }
    }
}

/// <summary>A client could not go on.</summary>
internal sealed class LoadException(string message, Exception inner) : Exception(message, inner);
