using System.Buffers.Binary;
using Mayfly.Agent.Kernel;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Loop;

/// <summary>What a descriptor is ready for, or is watched for; the kernel's EPOLL numbers.</summary>
[Flags]
internal enum Readiness : uint
{
    None = 0,
    Readable = 0x1,
    Priority = 0x2,
    Writable = 0x4,
    Error = 0x8,
    HungUp = 0x10,
}

/// <summary>The agent's one thread: waits for descriptors and deadlines, and calls who asked for them.</summary>
/// <remarks>Handlers never wait. After each batch of events <see cref="AfterBatch"/> runs once, so that what a batch wants to say to the
/// gateway leaves in one write.</remarks>
internal sealed unsafe class EventLoop : IDisposable
{
    private const int EventsPerWait = 64;
    private const int ControlAdd = 1;
    private const int ControlRemove = 2;
    private const int ControlModify = 3;

    private readonly SafeFileHandle _epoll;
    private readonly byte[] _events = new byte[EventsPerWait * Architecture.EpollEventBytes];
    private Watch[] _watches = new Watch[256];
    private uint _generation;
    private int? _exitCode;

    public EventLoop(TimeProvider clock)
    {
        Deadlines = new Deadlines(clock);
        _epoll = Descriptors.Own(LibC.EpollCreate(LibC.OpenCloseOnExec), "epoll_create1");
    }

    /// <summary>What is to happen later.</summary>
    public Deadlines Deadlines { get; }

    /// <summary>Runs after each batch of events.</summary>
    public Action AfterBatch { get; set; } = static () => { };

    // An event that waits in a batch may be of a descriptor that an earlier handler closed, and whose number is a new
    // file's by now. The generation, which travels through the kernel with the number, tells them apart.
    private struct Watch
    {
        public Action<Readiness>? Handler;
        public uint Generation;
        public Readiness Interest;
    }

    /// <summary>Calls the handler whenever the descriptor is ready, until <see cref="Forget"/>.</summary>
    public void Add(SafeFileHandle descriptor, Readiness interest, Action<Readiness> handler)
    {
        var fd = descriptor.Number();
        if (fd >= _watches.Length) Array.Resize(ref _watches, Math.Max(fd + 1, _watches.Length * 2));
        _watches[fd] = new Watch { Handler = handler, Generation = ++_generation, Interest = interest };
        Control(ControlAdd, descriptor, interest);
    }

    /// <summary>Changes what a watched descriptor is watched for.</summary>
    public void Change(SafeFileHandle descriptor, Readiness interest)
    {
        var fd = descriptor.Number();
        if (_watches[fd].Interest == interest) return;
        _watches[fd].Interest = interest;
        Control(ControlModify, descriptor, interest);
    }

    /// <summary>Stops watching. To be called before the descriptor is closed.</summary>
    public void Forget(SafeFileHandle descriptor)
    {
        if (descriptor.IsClosed) return;
        var fd = descriptor.Number();
        if (fd >= _watches.Length || _watches[fd].Handler is null) return;
        _watches[fd] = default;
        // A duplicate in another process keeps an open file, and with it its place in the epoll set, alive.
        Control(ControlRemove, descriptor, Readiness.None);
    }

    /// <summary>Runs until <see cref="Stop"/>.</summary>
    public int Run()
    {
        while (_exitCode is null)
        {
            RunOnce();
        }

        return _exitCode.Value;
    }

    /// <summary>Ends <see cref="Run"/> after the current batch.</summary>
    public void Stop(int exitCode) => _exitCode ??= exitCode;

    /// <summary>Waits for one batch of events, or the next deadline, and handles it.</summary>
    public void RunOnce()
    {
        int count;
        fixed (byte* events = _events)
        {
            count = LibC.EpollWait(_epoll, events, EventsPerWait, Deadlines.MillisecondsToNext());
        }

        if (count < 0 && Descriptors.LastError != Errno.EINTR) throw KernelException.Last("epoll_wait");

        for (var i = 0; i < count && _exitCode is null; i++)
        {
            var received = _events.AsSpan(i * Architecture.EpollEventBytes, Architecture.EpollEventBytes);
            var data = BinaryPrimitives.ReadUInt64LittleEndian(received[Architecture.EpollDataOffset..]);
            var watch = _watches[(int)(uint)data];
            if (watch.Handler is null || watch.Generation != (uint)(data >> 32)) continue;
            watch.Handler((Readiness)BinaryPrimitives.ReadUInt32LittleEndian(received));
        }

        if (_exitCode is null) Deadlines.RunDue();
        AfterBatch();
    }

    public void Dispose() => _epoll.Dispose();

    private void Control(int operation, SafeFileHandle descriptor, Readiness interest)
    {
        var fd = descriptor.Number();
        Span<byte> epollEvent = stackalloc byte[16];
        epollEvent.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(epollEvent, (uint)interest);
        var data = ((ulong)_watches[fd].Generation << 32) | (uint)fd;
        BinaryPrimitives.WriteUInt64LittleEndian(epollEvent[Architecture.EpollDataOffset..], data);
        fixed (byte* start = epollEvent)
        {
            if (LibC.EpollControl(_epoll, operation, descriptor, start) < 0) throw KernelException.Last($"epoll_ctl {operation} on descriptor {fd}");
        }
    }
}
