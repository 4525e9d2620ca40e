using System.Runtime.InteropServices;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.Cells.Loop;

/// <summary>Signals to mayfly-cells, brought into the loop.</summary>
/// <remarks>
/// .NET runs a handler on a thread of its own; all it does here is to count and to wake the loop. A handler may still be about to run
/// when its registration is gone, and would take the process down if what it wakes were closed: the descriptor is never closed.
/// </remarks>
internal sealed class Signals : IDisposable
{
    public const int Kill = 9, Terminate = 15;

    private readonly EventDescriptor _wake = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _stops;

    public Signals()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Interlocked.Increment(ref _stops);
                _wake.Set();
            }));
        }

        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => _wake.Set()));
    }

    /// <summary>How often somebody asked to stop.</summary>
    public int Stops => Volatile.Read(ref _stops);

    /// <summary>Waits for the next signal.</summary>
    public async Task NextAsync(EventLoop loop)
    {
        await loop.ReadableAsync(_wake.Handle);
        _wake.Clear();
    }

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());
}
