using static Mayfly.ContractTests.ProgramCase;

namespace Mayfly.ContractTests.Limits;

/// <summary>No network: every way out fails, and at once. The way to itself works.</summary>
public sealed class NetworkTests(Service service) : ServiceTests(service)
{
    private const string Connect = """
        import socket, time
        def attempt(family, kind, address):
            began = time.monotonic()
            s = socket.socket(family, kind)
            s.settimeout(5)
            try:
                s.connect(address)
                if kind == socket.SOCK_DGRAM: s.send(b'x')
                return 'connected'
            except OSError as e:
                return 'quick' if time.monotonic() - began < 0.3 else 'slow'
        TCP, UDP, V4, V6 = socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.AF_INET, socket.AF_INET6

        """;

    private static readonly Table<ProgramCase> Cases = new()
    {
        ["python: TCP to the outside is refused at once"] = Python(Connect + "print(attempt(V4, TCP, ('8.8.8.8', 53)), attempt(V4, TCP, ('1.1.1.1', 443)))").Prints("quick quick\n"),
        ["python: UDP to the outside is refused at once"] = Python(Connect + "print(attempt(V4, UDP, ('8.8.8.8', 53)))").Prints("quick\n"),
        ["python: IPv6 to the outside is refused at once"] = Python(Connect + "print(attempt(V6, TCP, ('2001:4860:4860::8888', 53)), attempt(V6, UDP, ('2001:4860:4860::8888', 53)))").Prints("quick quick\n"),
        ["python: private and metadata addresses are refused at once"] = Python(Connect + "print(*(attempt(V4, TCP, (a, 80)) for a in ('169.254.169.254', '10.0.0.1', '192.168.0.1', '172.17.0.1')), attempt(V6, TCP, ('fd00:ec2::254', 80)))").Prints("quick quick quick quick quick\n"),
        ["python: nobody listens on the loopback"] = Python(Connect + "print({attempt(V4, TCP, ('127.0.0.1', p)) for p in (22, 80, 443, 5432, 6379, 8080, 9090)}, attempt(V6, TCP, ('::1', 8080)))").Prints("{'quick'} quick\n"),
        ["python: there is one interface, its own loopback"] = Python("import socket; print([n for _, n in socket.if_nameindex()])").Prints("['lo']\n"),
        ["python: names are not found, at once"] = Python("import socket, time\nbegan = time.monotonic()\ntry: socket.getaddrinfo('example.com', 80)\nexcept OSError as e: print(type(e).__name__, time.monotonic() - began < 1)").Prints("gaierror True\n"),
        ["python: urllib fails, at once"] = Python("import urllib.request, time\nbegan = time.monotonic()\ntry: urllib.request.urlopen('http://example.com')\nexcept OSError as e: print(type(e).__name__, time.monotonic() - began < 1)").Prints("URLError True\n"),
        ["python: raw and packet sockets are denied"] = Python("import socket\nfor f, k in ((socket.AF_INET, socket.SOCK_RAW), (socket.AF_PACKET, socket.SOCK_RAW)):\n    try: socket.socket(f, k, 1); print('made')\n    except OSError: print('denied')").Prints("denied\ndenied\n"),
        ["javascript: TCP to the outside is refused at once"] = JavaScript("const began = Date.now(); require('net').connect(53, '8.8.8.8').on('connect', () => console.log('connected')).on('error', e => console.log(e.code !== 'ETIMEDOUT', Date.now() - began < 500))").Prints("true true\n"),
        ["javascript: fetch fails, at once"] = JavaScript("const began = Date.now(); fetch('http://example.com').then(() => console.log('fetched'), e => console.log(e.message, Date.now() - began < 6000))").Prints("fetch failed true\n"),
        ["javascript: names are not found"] = JavaScript("require('dns').lookup('example.com', e => console.log(['EAI_AGAIN', 'ENOTFOUND'].includes(e.code)))").Prints("true\n"),
        ["javascript: there is one interface, its own loopback"] = JavaScript("console.log(Object.keys(require('os').networkInterfaces()))").Prints("[ 'lo' ]\n"),
    };

    public static IEnumerable<TheoryDataRow<string>> Rows => Cases.Rows;

    [Theory, MemberData(nameof(Rows)), Case("N1"), Case("N2"), Case("N3"), Case("N4"), Case("N5")]
    public Task No_way_out(string claim) => Cases[claim].RunAsync(Service);

    [Fact, Case("N6")]
    public async Task Two_executions_bind_the_same_port_at_once()
    {
        const string Serve = "import socket, time\ns = socket.create_server(('127.0.0.1', 9999))\ntime.sleep(1.5)\nprint('served')";

        var both = await Task.WhenAll(Service.PythonAsync(Serve), Service.PythonAsync(Serve));

        foreach (var execution in both) execution.AssertExit(0).AssertStdout("served\n");
    }
}
