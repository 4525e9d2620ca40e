using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Mayfly.HostTests.Services;
using Microsoft.Data.Sqlite;

namespace Mayfly.HostTests.Faults;

/// <summary>What a running service needs is taken from it under load and given back: defined answers meanwhile, and as before afterwards.</summary>
public sealed class ScarcityTests
{
    private const long GatewayBytes = 768L << 20;

    // What is scarce here is the gateway's.
    private static readonly string[] s_options = ["--cells", "1", "--set", "Log:Level=Warning", .. SharedService.BareTiers];

    [Fact]
    public async Task A_full_disk_is_503_and_heals_by_itself()
    {
        RunningService.Require();
        using var disk = SmallDisk.Mount(mebibytes: 128);
        var data = Directory.CreateDirectory(Path.Combine(disk.Path, "data")).FullName;
        using var service = await RunningService.StartInAsync(data, s_options);
        await using var load = await FaultLoad.StartAsync(service);

        disk.Fill();
        await RefusesAsync(service, load);
        disk.Free();

        await HealsAsync(service, load);
        Assert.Equal("ok", CheckedDatabase(data));
    }

    [Fact]
    public Task A_locked_database_is_503_with_bounded_memory_and_heals_by_itself() => LockAsync(TimeSpan.FromSeconds(8));

    [Fact]
    public async Task Without_descriptors_nobody_new_gets_in_and_it_heals_by_itself()
    {
        using var service = await RunningService.StartAsync(s_options);
        await using var load = await FaultLoad.StartAsync(service);
        var gateway = service.Gateway;
        var limit = Directory.GetFileSystemEntries($"/proc/{gateway}/fd").Length + 16;
        SetDescriptorLimit(gateway, limit);

        var idle = Enumerable.Range(0, 200).Select(_ => new TcpClient("127.0.0.1", service.Port)).ToList();
        await RunningService.EventuallyAsync(() => Directory.GetFileSystemEntries($"/proc/{gateway}/fd").Length >= limit - 4, "its descriptors did not run out");
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        idle.ForEach(client => client.Dispose());

        // Who connects while there are no descriptors may find nobody. .NET ends when it cannot start a thread, for which it needs one: then the gateway is a new one.
        await HealsAsync(service, load, mayBeUnanswered: int.MaxValue / 2);
    }

    [Fact]
    public async Task Largest_outputs_of_many_at_once_fit_into_the_gateways_memory_limit()
    {
        MemoryLimit.Require();
        using var service = await RunningService.StartAsync(s_options);
        var gateway = service.Gateway;
        using var limit = MemoryLimit.Around(gateway, GatewayBytes);

        // One byte of output becomes six of JSON. Who is refused asks again.
        const string Flood = "import sys\nfor stream in (sys.stdout, sys.stderr):\n    stream.write('\\x01' * (1 << 20))";
        var refused = 0;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            while (await service.AskAsync(Flood) is var (status, body))
            {
                if (status == 200)
                {
                    Assert.Equal((1 << 20, 1 << 20), (body.GetProperty("stdout").GetString()!.Length, body.GetProperty("stderr").GetString()!.Length));
                    return;
                }

                Assert.Equal((503, "overloaded"), (status, body.GetProperty("code").GetString()));
                Interlocked.Increment(ref refused);
                await Task.Delay(200);
            }
        })));

        TestContext.Current.TestOutputHelper!.WriteLine($"64 right, {refused} refused, peak {limit.Peak >> 20} MiB of {GatewayBytes >> 20}");
        Assert.InRange(limit.Peak, 16L << 20, GatewayBytes);
        Assert.Equal(0, limit.Kills);
        Assert.Equal(gateway, service.Gateway);
        Assert.Equal("1\n", (await service.ExecuteAsync("print(1)")).GetProperty("stdout").GetString());
    }

    private static async Task LockAsync(TimeSpan time)
    {
        using var service = await RunningService.StartAsync(s_options);
        await using var load = await FaultLoad.StartAsync(service);
        var memory = Parts.Resident(service.Gateway);

        await using (var other = new SqliteConnection($"Data Source={service.Data}/gateway/mayfly.db;Pooling=false"))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            Execute(other, "BEGIN EXCLUSIVE");
            await RefusesAsync(service, load);
            await Task.Delay(time, TestContext.Current.CancellationToken);
            Assert.InRange(Parts.Resident(service.Gateway), 0, memory + (192L << 20));
        }

        await HealsAsync(service, load);
    }

    // Not ready and refusing; liveness is another matter.
    private static async Task RefusesAsync(RunningService service, FaultLoad load)
    {
        var before = load.Refused;
        await RunningService.EventuallyAsync(() => load.Refused >= before + 5, $"nothing was refused: {load}");
        Assert.False(await service.IsReadyAsync());
    }

    private static async Task HealsAsync(RunningService service, FaultLoad load, int mayBeUnanswered = 0)
    {
        var begin = Stopwatch.GetTimestamp();
        await RunningService.EventuallyAsync(() => service.IsReadyAsync().Result, $"it did not get ready again: {load}");
        await load.GoesOnAsync();
        var healed = Stopwatch.GetElapsedTime(begin);
        TestContext.Current.TestOutputHelper!.WriteLine($"20 right answers after {healed.TotalSeconds:0.0} s");
        await load.EndAsync(mayBeUnanswered);
    }

    private static void SetDescriptorLimit(int process, int descriptors)
    {
        // As the gateway's own user: that needs no capability, which root of a container may lack.
        var user = File.ReadLines($"/proc/{process}/status").Where(line => line.StartsWith("Uid:", StringComparison.Ordinal) || line.StartsWith("Gid:", StringComparison.Ordinal)).Select(line => line.Split('\t')[1]).ToArray();
        using var prlimit = Process.Start("setpriv", [$"--reuid={user[0]}", $"--regid={user[1]}", "--clear-groups", "prlimit", "--pid", process.ToString(CultureInfo.InvariantCulture), $"--nofile={descriptors}:{descriptors}"]);
        prlimit.WaitForExit();
        Assert.Equal(0, prlimit.ExitCode);
    }

    private static string? CheckedDatabase(string data)
    {
        using var connection = new SqliteConnection($"Data Source={data}/gateway/mayfly.db;Mode=ReadOnly;Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return (string?)command.ExecuteScalar();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
