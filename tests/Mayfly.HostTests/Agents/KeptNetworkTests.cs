using System.Globalization;

namespace Mayfly.HostTests.Agents;

/// <summary>A network namespace serves a second program only if the first cannot have left anything in it.</summary>
/// <remarks>A namespace is known by its cookie: the kernel gives none twice.</remarks>
public abstract class KeptNetworkTests(SharedCell shared)
{
    private const int Rounds = 12;

    // SO_NETNS_COOKIE; socketpair(2) makes the one kind of socket that needs no watch.
    private const string Look = """
        import socket
        used = open("/proc/self/net/sockstat").readline().strip()
        ours = socket.socketpair()
        print(int.from_bytes(ours[0].getsockopt(socket.SOL_SOCKET, 71, 8), "little"), used, flush=True)

        """;

    private CellUnderTest Cell => shared.Cell;

    /// <summary>How a program comes by a socket that may leave something.</summary>
    public static TheoryData<string> Uses =>
    [
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "import threading\nt = threading.Thread(target=socket.socket)\nt.start()\nt.join()",
        "import os\nif os.fork() == 0: socket.socket()\nelse: os.wait()",
        "import os, sys\nif os.fork() == 0: os.execv(sys.executable, ['python3', '-c', 'import socket; socket.socket()'])\nos.wait()",
        "import ctypes\nassert ctypes.CDLL(None).syscall(41, 2, 1, 0) > 2",
        "import ctypes\nassert ctypes.CDLL(None).syscall(41, ctypes.c_long((7 << 32) | 2), ctypes.c_long(1), 0) > 2",
        "import os, signal\nsocket.socket()\nos.kill(os.getpid(), signal.SIGKILL)",
        "a, b = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nb.bind(('127.0.0.1', 0))\na.sendto(b'left', b.getsockname())",
        "s = socket.create_server(('127.0.0.1', 0))\nc = socket.create_connection(s.getsockname())\na = s.accept()[0]\na.close()\nc.close()",
    ];

    [Theory, MemberData(nameof(Uses))]
    public void Namespace_in_which_a_program_had_a_socket_serves_no_other(string use)
    {
        var used = Enumerable.Range(0, 3).Select(_ => CookieOf(Look + use)).ToArray();
        var after = Enumerable.Range(0, Rounds).Select(_ => CookieOf(Look)).ToArray();

        Assert.Distinct(used);
        Assert.Empty(after.Intersect(used));
    }

    /// <summary>What leaves nothing, and must not cost the namespace.</summary>
    public static TheoryData<string> Harmless =>
    [
        "",
        "import asyncio\nasyncio.run(asyncio.sleep(0))",
        "s = socket.socket(socket.AF_UNIX)\ns.bind(b'\\0name')\ns.listen()",
        "for family, kind in ((17, 3), (2, 3), (38, 5), (40, 1)):\n  try: socket.socket(family, kind)\n  except OSError: pass",
        // A socket on its way to itself: nobody can take it out any more, and the kernel finds it when it looks.
        "import array\na, b = ours\na.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [b.fileno()]))])",
    ];

    [Theory, MemberData(nameof(Harmless))]
    public void Namespace_without_such_a_socket_serves_again_as_if_new(string code)
    {
        // CookieOf holds that none of them finds a socket there.
        var cookies = Enumerable.Range(0, 4 * Rounds).Select(_ => CookieOf(Look + code)).ToArray();

        Assert.True(cookies.Distinct().Count() < cookies.Length, "each program had a namespace of its own: none is kept");
    }

    [Fact]
    public void Namespaces_are_kept_from_programs_that_run_at_once()
    {
        var running = Enumerable.Range(0, 2).Select(_ => Cell.Start(Protocol.Messages.Language.Python, Look + "import time\ntime.sleep(0.2)")).ToArray();

        Assert.Distinct(running.Select(id => Cell.Finish(id).Stdout.Split(' ')[0]));
    }

    private ulong CookieOf(string code)
    {
        var ran = Cell.Python(code);
        Assert.Equal("", ran.Stderr);
        var (cookie, used) = (ran.Stdout[..ran.Stdout.IndexOf(' ')], ran.Stdout[(ran.Stdout.IndexOf(' ') + 1)..].TrimEnd());
        Assert.Equal("sockets: used 0", used);
        return ulong.Parse(cookie, CultureInfo.InvariantCulture);
    }
}

/// <summary>In a fresh interpreter.</summary>
public sealed class ColdKeptNetworkTests(SharedCell shared) : KeptNetworkTests(shared), IClassFixture<SharedCell>;

/// <summary>In a child of a zygote.</summary>
public sealed class WarmKeptNetworkTests(SharedWarmCell shared) : KeptNetworkTests(shared), IClassFixture<SharedWarmCell>;
