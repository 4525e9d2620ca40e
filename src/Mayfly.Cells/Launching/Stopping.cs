namespace Mayfly.Cells.Launching;

internal static class Stopping
{
    /// <summary>A start that nobody wants any more has failed like any other, and is put away like any other.</summary>
    public static void ThrowIfStopped(this CancellationToken stop, string cell)
    {
        if (stop.IsCancellationRequested)
        {
            throw new LaunchException($"{cell}: stopped before it had started.");
        }
    }
}
