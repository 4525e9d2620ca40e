using System.Globalization;

namespace Mayfly.HostTests.Agents;

/// <summary>A network namespace serves a second program only if the first cannot have left anything in it.</summary>
/// <remarks>A namespace is known by its cookie: the kernel gives none twice.</remarks>
public abstract class KeptNetworkTests(SharedCell shared)
{
    private const int Rounds = 12;

    // SO_NETNS_COOKIE; socketpair(2) makes the one kind of socket that needs no watch.
    private const string Look = """
        import os, socket
        used = open("/proc/self/net/sockstat").readline().strip()
        ours = socket.socketpair()
        print(int.from_bytes(ours[0].getsockopt(socket.SOL_SOCKET, 71, 8), "little"), os.getuid(), used, flush=True)

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
        var used = Enumerable.Range(0, 3).Select(_ => LookOf(Look + use)).ToArray();
        var after = new List<(ulong Cookie, string Place)>();
        // Until a place has come up again: only it could have the same namespace. Spares that were ready before come first.
        while (after.Count < 4 * Rounds && !after.Exists(one => used.Any(other => other.Place == one.Place))) after.Add(LookOf(Look));

        Assert.Contains(after, one => used.Any(other => other.Place == one.Place));
        Assert.Distinct(used.Select(one => one.Cookie));
        Assert.Empty(after.Select(one => one.Cookie).Intersect(used.Select(one => one.Cookie)));
    }

    [Fact]
    public void Namespace_in_which_a_program_had_a_socket_does_not_outlive_it()
    {
        var ran = Cell.Python("""
            import os, socket
            print(os.stat("/proc/self/ns/net").st_ino)
            server = socket.create_server(("127.0.0.1", 0))
            client = socket.create_connection(server.getsockname())
            server.accept()[0].close()
            client.close() # the kernel remembers this connection for a minute: in the namespace
            """);
        Assert.Equal("", ran.Stderr);

        var link = $"net:[{ran.Stdout.Trim()}]";
        Assert.True(SpinWait.SpinUntil(() => !KeptByTheJailer().Contains(link), TimeSpan.FromSeconds(10)), $"the jailer still has {link}");
        Assert.NotEmpty(KeptByTheJailer());
    }

    [Fact]
    public void Signals_do_not_disturb_who_waits_for_a_socket()
    {
        // More sockets than are answered at once, so that most calls wait for their turn, and a handler that does not restart calls. A signal can still come
        // between the call and the agent's first look at it, on a machine that is busy: that is listed in docs/differences.md.
        var ran = Cell.Python("""
            import signal, socket
            signal.signal(signal.SIGALRM, lambda *_: None)
            signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
            made = disturbed = 0
            while made < 600:
                try:
                    socket.socket().close()
                    made += 1
                except InterruptedError:
                    disturbed += 1
            print("undisturbed" if disturbed < 60 else f"disturbed {disturbed} times")
            """);

        Assert.Equal(("undisturbed\n", ""), (ran.Stdout, ran.Stderr));
    }

    private IEnumerable<string> KeptByTheJailer() => Directory.GetFiles($"/proc/{Cell.JailerPid}/fd").Select(path => new FileInfo(path).LinkTarget ?? "").Where(link => link.StartsWith("net:[", StringComparison.Ordinal));

    /// <summary>What leaves nothing, and must not cost the namespace.</summary>
    public static TheoryData<string> Harmless =>
    [
        "",
        "import asyncio\nasyncio.run(asyncio.sleep(0))",
        "s = socket.socket(socket.AF_UNIX)\ns.bind(b'\\0name')\ns.listen()",
        "for family, kind in ((17, 3), (2, 3), (38, 5), (40, 1)):\n  try: socket.socket(family, kind)\n  except OSError: pass",
    ];

    [Theory, MemberData(nameof(Harmless))]
    public void Namespace_without_such_a_socket_serves_again_as_if_new(string code)
    {
        // LookOf holds that none of them finds a socket there.
        var cookies = Enumerable.Range(0, 4 * Rounds).Select(_ => LookOf(Look + code).Cookie).ToArray();

        Assert.InRange(cookies.Distinct().Count(), 1, cookies.Length / 2);
    }

    [Fact]
    public void Socket_on_its_way_to_itself_is_found_by_nobody()
    {
        // Nobody can take it out any more, and the kernel finds it when it looks. LookOf holds that the next programs do not.
        const string OnItsWay = "import array\na, b = ours\na.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [b.fileno()]))])";

        Assert.All(Enumerable.Range(0, 4 * Rounds), _ => LookOf(Look + OnItsWay));
    }

    [Fact]
    public void Namespaces_are_kept_from_programs_that_run_at_once()
    {
        var running = Enumerable.Range(0, 2).Select(_ => Cell.Start(Protocol.Messages.Language.Python, Look + "import time\ntime.sleep(0.2)")).ToArray();

        Assert.Distinct(running.Select(id => Cell.Finish(id).Stdout.Split(' ')[0]));
    }

    private (ulong Cookie, string Place) LookOf(string code)
    {
        var ran = Cell.Python(code);
        Assert.Equal("", ran.Stderr);
        var seen = ran.Stdout.TrimEnd().Split(' ', 3);
        Assert.Equal("sockets: used 0", seen[2]);
        return (ulong.Parse(seen[0], CultureInfo.InvariantCulture), seen[1]);
    }
}

/// <summary>In a fresh interpreter.</summary>
public sealed class ColdKeptNetworkTests(SharedCell shared) : KeptNetworkTests(shared), IClassFixture<SharedCell>;

/// <summary>In a child of a zygote.</summary>
public sealed class WarmKeptNetworkTests(SharedWarmCell shared) : KeptNetworkTests(shared), IClassFixture<SharedWarmCell>;
