using System.Globalization;

namespace Mayfly.ContractTests.Limits;

/// <summary>64 MiB in /sandbox and /tmp together: ENOSPC, and the program goes on.</summary>
public sealed class WritableSpaceTests(Service service) : ServiceTests(service)
{
    private const string Fill = """
        import errno, os
        def fill(path, most):
            done = 0
            with open(path, 'wb', buffering=0) as f:
                try:
                    while done < most: done += f.write(bytes(min(65536, most - done)))
                except OSError as e: print(errno.errorcode[e.errno])
            return done
        MiB = 1 << 20

        """;

    [Theory, Case("F9")]
    [InlineData("/sandbox")]
    [InlineData("/tmp")]
    public async Task One_place_holds_almost_64_MiB_and_no_more(string directory)
    {
        var execution = await Service.PythonAsync($"{Fill}print(fill('{directory}/f', 100 * MiB))");

        execution.AssertExit(0);
        var lines = execution.Stdout.Split('\n');
        Assert.Contains(lines[0], (string[])["ENOSPC", "EFBIG"]);
        Assert.InRange(long.Parse(lines[1], CultureInfo.InvariantCulture), 62L << 20, 64L << 20);
    }

    [Fact]
    public async Task Both_places_share_it()
    {
        var execution = await Service.PythonAsync($"{Fill}a = fill('/sandbox/f', 40 * MiB)\nb = fill('/tmp/f', 100 * MiB)\nprint(a == 40 * MiB, a + b)");

        execution.AssertExit(0);
        Assert.Matches("^ENOSPC\nTrue \\d+\n$", execution.Stdout);
        Assert.InRange(long.Parse(execution.Stdout.Split(' ')[1], CultureInfo.InvariantCulture), 62L << 20, 64L << 20);
    }

    [Fact]
    public async Task Thirty_and_thirty_fit()
    {
        var execution = await Service.PythonAsync($"{Fill}print(fill('/sandbox/f', 30 * MiB) + fill('/tmp/f', 30 * MiB) == 60 * MiB)");

        execution.AssertExit(0).AssertStdout("True\n");
    }

    [Fact]
    public async Task Space_given_back_can_be_used_again()
    {
        var execution = await Service.PythonAsync($"{Fill}for _ in range(3):\n    print(fill('/tmp/f', 50 * MiB) == 50 * MiB)\n    os.remove('/tmp/f')");

        execution.AssertExit(0).AssertStdout("True\nTrue\nTrue\n");
    }

    [Fact]
    public async Task JavaScript_is_told_ENOSPC_too()
    {
        var execution = await Service.JavaScriptAsync("""
            const fs = require('fs'), block = Buffer.alloc(1 << 20), fd = fs.openSync('/tmp/f', 'w');
            let n = 0;
            try { for (; n < 100; n++) if (fs.writeSync(fd, block) < block.length) fs.writeSync(fd, block); } catch (e) { console.log(e.code); }
            console.log(n >= 62 && n <= 64);
            """);

        execution.AssertExit(0).AssertStdout("ENOSPC\ntrue\n");
    }

    [Fact, Case("F9")]
    public async Task Ten_gigabytes_cannot_be_reserved()
    {
        var execution = await Service.PythonAsync("""
            import errno, os
            fd = os.open('/tmp/f', os.O_CREAT | os.O_RDWR)
            try: os.posix_fallocate(fd, 0, 10 << 30)
            except OSError as e: print(e.errno in (errno.ENOSPC, errno.EFBIG))
            os.unlink('/tmp/f')
            open('/tmp/g', 'wb').write(bytes(1 << 20))
            print('on')
            """);

        execution.AssertExit(0).AssertStdout("True\non\n");
    }

    [Fact, Case("F10")]
    public async Task Files_without_end_stop_at_a_limit_too()
    {
        var execution = await Service.PythonAsync("""
            import errno, os
            n = 0
            try:
                while n < 1_000_000:
                    os.close(os.open(f'/tmp/{n}', os.O_CREAT))
                    n += 1
            except OSError as e: print(errno.errorcode[e.errno])
            print(n >= 1000)
            """);

        execution.AssertExit(0).AssertStdout("ENOSPC\nTrue\n");
    }

    [Fact, Case("B5")]
    public async Task Shared_memory_is_bounded_as_well()
    {
        var execution = await Service.PythonAsync($"{Fill}print(fill('/dev/shm/f', 300 * MiB) <= 64 * MiB)");

        if (execution.ExitCode == 137) execution.AssertExit(137, "out_of_memory");
        else execution.AssertExit(0).AssertStdout("ENOSPC\nTrue\n");
    }
}
