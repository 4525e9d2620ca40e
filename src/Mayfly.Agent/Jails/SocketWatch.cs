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

    // An answer costs this process some 20 µs, which the program's CPU limit does not count: a program that asks on and on waits. That makes a
    // thousand sockets a second, beyond the first few hundred: 2 percent of a processor.
    private const int AnsweredAtOnce = 256;
    private const int AnsweredInARow = 4;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(4);

    private readonly EventLoop _loop;
    private readonly SafeFileHandle _listener;
    private int _answersLeft = AnsweredAtOnce;
    private bool _closed;

    /// <param name="loop">Calls back.</param>
    /// <param name="listener">Of the jail's children; owned from here on.</param>
    public SocketWatch(EventLoop loop, SafeFileHandle listener)
    {
        (_loop, _listener) = (loop, listener);
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
        // Without a reader's interest the kernel still tells that all that were watched are gone.
        if ((ready & Readiness.Readable) == 0)
        {
            Close();
            return;
        }

        SawSocket = true;
        Answer();
        if (--_answersLeft > 0 || _closed) return;
        _answersLeft = AnsweredInARow;
        _loop.Change(_listener, Readiness.None);
        _loop.Deadlines.After(s_pause, () =>
        {
            if (!_closed) _loop.Change(_listener, Readiness.Readable);
        });
    }

    private void Answer()
    {
        var notification = stackalloc byte[NotificationBytes];
        new Span<byte>(notification, NotificationBytes).Clear();
        // ENOENT: who asked was killed meanwhile.
        if (!Ask(Receive, notification, "receive")) return;
        var response = stackalloc byte[ResponseBytes];
        new Span<byte>(response, ResponseBytes).Clear();
        *(ulong*)response = *(ulong*)notification; // its id
        BinaryPrimitives.WriteUInt32LittleEndian(new Span<byte>(response + FlagsOffset, sizeof(uint)), Continue);
        Ask(Send, response, "answer");
    }

    private bool Ask(nuint request, byte* argument, string what)
    {
        if (LibC.Control(_listener, request, argument) >= 0) return true;
        if (Descriptors.LastError is not (Errno.ENOENT or Errno.EINTR))
        {
            Log.Line($"the watch for sockets could not {what}: {Errno.Name(Descriptors.LastError)}; sockets in this jail are refused from now on");
            Close();
        }

        return false;
    }
}
