namespace Mayfly.Api;

/// <summary>Says that the service is full, and not for each request: a line for each would cost more than the refusal, just when there is no time.</summary>
/// <remarks>How many there were in all is in the metric <c>mayfly.rejections</c>.</remarks>
internal sealed class OverloadLog(ILogger log, TimeProvider time)
{
    /// <summary>The least time between two lines.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long? _saidAt;
    private int _unsaid;

    /// <summary>One request more was refused because all slots and the queue are full.</summary>
    public void Refused()
    {
        int refused;
        lock (_lock)
        {
            _unsaid++;
            if (_saidAt is { } said && time.GetElapsedTime(said) < Pause) return;
            (refused, _unsaid, _saidAt) = (_unsaid, 0, time.GetTimestamp());
        }

        Log.Overloaded(log, refused, Pause.TotalSeconds);
    }
}
