using System.Buffers.Binary;
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Jails;

/// <summary>Whether anybody in a jail was given a socket that could leave something in its network namespace.</summary>
/// <remarks>
/// The kernel asks here before such a socket is made (seccomp_unotify(2)), and is always told to go on: the jail's filter has allowed it. What matters is the order: first it is
/// noted, then the socket comes to be. See docs/decisions/0020-kept-network-namespaces.md.
/// </remarks>
internal sealed unsafe class SocketWatch
{
    // include/uapi/linux/seccomp.h: _IOWR('!', 0, struct seccomp_notif), _IOWR('!', 1, struct seccomp_notif_resp).
    private const nuint Receive = 0xC050_2100;
    private const nuint Send = 0xC018_2101;
    private const int NotificationBytes = 80;
    private const int ResponseBytes = 24;
    private const int FlagsOffset = 20;
    private const uint Continue = 1;

    // An answer costs this process some 20 µs, which no limit of the program counts: a program that asks on and on waits for its turn. 2 percent of a processor.
    private const int AtOnce = 256;
    private const int PerSecond = 1000;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(4);

    private readonly EventLoop _loop;
    private readonly SafeFileHandle _listener;
    // Each entry is a thread that waits, or was killed while it did: as many as a program can make in its time, 8 bytes each.
    private readonly Queue<ulong> _waiting = new();
    private double _allowance = AtOnce;
    private long _allowanceAt;
    private bool _closed;

    /// <param name="loop">Calls back.</param>
    /// <param name="listener">Of the jail's children; owned from here on.</param>
    public SocketWatch(EventLoop loop, SafeFileHandle listener)
    {
        (_loop, _listener) = (loop, listener);
        _allowanceAt = loop.Deadlines.Clock.GetTimestamp();
        _loop.Add(listener, Readiness.Readable, OnReady);
    }

    /// <summary>Whether a socket was asked for. Final when nothing of the jail is left.</summary>
    public bool SawSocket { get; private set; }

    /// <summary>Nobody is left to ask; whoever is would be told that the kernel has no such call.</summary>
    public void Close()
    {
        if (_closed) return;
        _closed = true;
        _loop.Forget(_listener);
        _listener.Dispose();
    }

    private void OnReady(Readiness ready)
    {
        if ((ready & Readiness.Readable) != 0)
        {
            SawSocket = true;
            // One for each time that the kernel says there is one: more could wait for what a killed thread had asked, and with it the whole agent.
            if (TryReceive() is { } id) AnswerInTurn(id);
        }
        else if ((ready & Readiness.HungUp) != 0)
        {
            Close();
        }
    }

    // Received at once, answered in turn: a thread that was received is not disturbed by signals.
    private void AnswerInTurn(ulong id)
    {
        if (_waiting.Count == 0 && TakeAllowance())
        {
            Answer(id);
            return;
        }

        _waiting.Enqueue(id);
        if (_waiting.Count == 1) _loop.Deadlines.After(s_pause, AnswerWaiting);
    }

    private void AnswerWaiting()
    {
        while (!_closed && _waiting.Count > 0 && TakeAllowance()) Answer(_waiting.Dequeue());
        if (!_closed && _waiting.Count > 0) _loop.Deadlines.After(s_pause, AnswerWaiting);
    }

    private bool TakeAllowance()
    {
        var clock = _loop.Deadlines.Clock;
        var now = clock.GetTimestamp();
        _allowance = Math.Min(AtOnce, _allowance + (clock.GetElapsedTime(_allowanceAt, now).TotalSeconds * PerSecond));
        _allowanceAt = now;
        if (_allowance < 1) return false;
        _allowance--;
        return true;
    }

    private ulong? TryReceive()
    {
        var notification = stackalloc byte[NotificationBytes];
        new Span<byte>(notification, NotificationBytes).Clear();
        if (LibC.Control(_listener, Receive, notification) >= 0) return *(ulong*)notification;
        // ENOENT: who asked was killed meanwhile. EINTR: the kernel says so again.
        if (Descriptors.LastError is not (Errno.ENOENT or Errno.EINTR)) GiveUp("received");
        return null;
    }

    private void Answer(ulong id)
    {
        var response = stackalloc byte[ResponseBytes];
        new Span<byte>(response, ResponseBytes).Clear();
        *(ulong*)response = id;
        BinaryPrimitives.WriteUInt32LittleEndian(new Span<byte>(response + FlagsOffset, sizeof(uint)), Continue);
        while (LibC.Control(_listener, Send, response) < 0)
        {
            if (Descriptors.LastError == Errno.EINTR) continue;
            // ENOENT: killed, and needs none.
            if (Descriptors.LastError != Errno.ENOENT) GiveUp("answered");
            return;
        }
    }

    private void GiveUp(string what)
    {
        Log.Line($"a program's wish for a socket could not be {what}: {Errno.Name(Descriptors.LastError)}; its jail gets no sockets from now on");
        Close();
    }
}
