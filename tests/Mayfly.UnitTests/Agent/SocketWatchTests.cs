using System.Runtime.InteropServices;
using Mayfly.Agent.Jails;
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.UnitTests.Agent;

/// <summary>Who asks for a socket is noted first, and then told to go on; who asks too often waits for its turn.</summary>
/// <remarks>The listeners are the kernel's own: a filter holds for one thread, which ends with its test.</remarks>
public sealed unsafe class SocketWatchTests : IDisposable
{
    private const int AtOnce = 256;

    private readonly FakeTimeProvider _time = new();
    private readonly EventLoop _loop;

    public SocketWatchTests() => _loop = new EventLoop(_time);

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void Socket_that_is_asked_for_is_noted_and_made()
    {
        using var asking = new Asking(sockets: 1);
        var watch = new SocketWatch(_loop, asking.Listener);

        RunUntil(() => asking.HasEnded);

        Assert.True(watch.SawSocket);
        Assert.Equal(1, asking.Made);
        watch.Close();
    }

    [Fact]
    public void Who_asks_for_none_is_seen_to_end_without()
    {
        using var asking = new Asking(sockets: 0);
        var watch = new SocketWatch(_loop, asking.Listener);

        // The filter goes with its last thread: the watch lets its listener go.
        RunUntil(() => asking.Listener.IsClosed);

        Assert.False(watch.SawSocket);
    }

    [Fact]
    public void More_than_are_answered_at_once_wait_until_time_has_passed()
    {
        using var asking = new Asking(sockets: AtOnce + 8);
        var watch = new SocketWatch(_loop, asking.Listener);

        RunUntil(() => asking.Made == AtOnce);
        for (var i = 0; i < 20; i++) Turn();
        Assert.Equal((AtOnce, false), (asking.Made, asking.HasEnded));

        // One each millisecond.
        for (var ms = 0; ms < 1000 && !asking.HasEnded; ms++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Turn();
        }

        Assert.Equal(AtOnce + 8, asking.Made);
        watch.Close();
    }

    [Fact]
    public void Without_a_watch_there_is_no_socket()
    {
        using var asking = new Asking(sockets: 1);
        var watch = new SocketWatch(_loop, asking.Listener);

        watch.Close();
        watch.Close();

        Assert.True(SpinWait.SpinUntil(() => asking.HasEnded, TimeSpan.FromSeconds(30)));
        Assert.Equal((0, false), (asking.Made, watch.SawSocket));
    }

    [Fact]
    public void What_cannot_be_received_counts_as_a_socket_and_ends_the_watch()
    {
        var (read, write) = Descriptors.Pipe();
        using (write)
        {
            var watch = new SocketWatch(_loop, read);
            write.Write("x"u8);

            Turn();

            Assert.True(watch.SawSocket);
            Assert.True(read.IsClosed);
        }
    }

    private void RunUntil(Func<bool> condition)
    {
        for (var turn = 0; !condition(); turn++)
        {
            Assert.True(turn < 30_000, "it does not come");
            Turn();
        }
    }

    // A deadline that is due: a turn without events ends.
    private void Turn()
    {
        _loop.Deadlines.After(TimeSpan.Zero, () => { });
        _loop.RunOnce();
        Thread.Sleep(1);
    }

    /// <summary>A thread whose sockets are watched, and that asks for some.</summary>
    private sealed class Asking : IDisposable
    {
        private const int SetNoNewPrivileges = 38, SetModeFilter = 1, NewListener = 8;

        private static readonly (int Seccomp, int Socket) s_calls = RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? (277, 198) : (317, 41);

        // struct sock_filter: the call's number; if it is socket(2), ask; else go on.
        private static readonly ulong[] s_filter =
        [
            Instruction(0x20, 0, 0, 0),
            Instruction(0x15, 0, 1, (uint)s_calls.Socket),
            Instruction(0x06, 0, 0, 0x7fc0_0000),
            Instruction(0x06, 0, 0, 0x7fff_0000),
        ];

        private readonly ManualResetEventSlim _watched = new();
        private readonly ManualResetEventSlim _begin = new();
        private readonly Thread _thread;
        private int _listener;
        private int _made;

        public Asking(int sockets)
        {
            _thread = new Thread(() => Ask(sockets)) { IsBackground = true };
            _thread.Start();
            _watched.Wait();
            Assert.SkipUnless(_listener >= 0, $"the kernel watches no calls here: errno {-_listener}");
            Listener = new SafeFileHandle(_listener, ownsHandle: true);
            _begin.Set();
        }

        public SafeFileHandle Listener { get; }

        public int Made => Volatile.Read(ref _made);

        public bool HasEnded => !_thread.IsAlive;

        public void Dispose()
        {
            Listener.Dispose();
            _thread.Join();
            _watched.Dispose();
            _begin.Dispose();
        }

        private void Ask(int sockets)
        {
            fixed (ulong* filter = s_filter)
            {
                var program = stackalloc ulong[2] { (ulong)s_filter.Length, (ulong)filter };
                _ = Control(SetNoNewPrivileges, 1, 0, 0, 0);
                _listener = (int)Call(s_calls.Seccomp, SetModeFilter, NewListener, (nint)program);
                if (_listener < 0) _listener = -Marshal.GetLastPInvokeError();
            }

            _watched.Set();
            if (_listener < 0) return;
            _begin.Wait();
            for (var i = 0; i < sockets; i++)
            {
                // AF_INET, SOCK_DGRAM.
                var socket = (int)Call(s_calls.Socket, 2, 2, 0);
                if (socket < 0) continue;
                new SafeFileHandle(socket, ownsHandle: true).Dispose();
                Interlocked.Increment(ref _made);
            }
        }

        private static ulong Instruction(ushort code, byte whenTrue, byte whenFalse, uint value) => code | ((ulong)whenTrue << 16) | ((ulong)whenFalse << 24) | ((ulong)value << 32);

        [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
        private static extern int Control(int option, nint second, nint third, nint fourth, nint fifth);

        [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
        private static extern nint Call(nint number, nint first, nint second, nint third);
    }
}
