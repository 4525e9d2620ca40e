namespace Mayfly.Admission;

/// <summary>Counts what clients make the gateway hold: bodies that are being read, answers that are being written.</summary>
/// <remarks>
/// Slots bound what runs, but a client that sends or reads slowly holds memory outside any slot. Over the bound nothing
/// new is taken in; what runs already may exceed it by its outputs.
/// </remarks>
internal sealed class HeldMemory(long limit)
{
    private long _held;

    public bool IsFull => Held >= limit;

    public long Held => Volatile.Read(ref _held);

    /// <summary>Counts more bytes. False: there is no room, nothing was counted.</summary>
    public bool TryHold(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= limit) return true;
        Interlocked.Add(ref _held, -bytes);
        return false;
    }

    /// <summary>Counts bytes that are there whether counted or not.</summary>
    public void Hold(long bytes) => Interlocked.Add(ref _held, bytes);

    public void Release(long bytes) => Interlocked.Add(ref _held, -bytes);
}
