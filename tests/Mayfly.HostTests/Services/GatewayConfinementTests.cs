using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Mayfly.HostTests.Services;

/// <summary>What somebody gets who has taken over the process that faces the network.</summary>
public sealed partial class GatewayConfinementTests
{
    // Reviewed: what .NET and SQLite hold, the listener, clients, the way to mayfly-cells, the cells' streams.
    private static readonly Regex[] Descriptors =
    [
        Socket(), Anonymous(), ProgramFile(), DatabaseFile(), new("^/dev/(null|urandom)$"), new("^/proc/.*$"), new("^/memfd:doublemapper"),
        new("^/(usr|etc|lib)/"), new("^/dev/pts/|^/dev/tty"),
    ];

    [Fact]
    public async Task Gateway_has_no_capability_no_group_and_cannot_gain_any()
    {
        using var service = await RunningService.StartAsync();
        var status = File.ReadAllLines($"/proc/{service.Gateway}/status")
            .Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim());

        Assert.All((string[])["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"], set => Assert.Equal("0000000000000000", status[set]));
        Assert.Equal("1", status["NoNewPrivs"]);
        Assert.DoesNotContain("0", status["Uid"].Split('\t'));
        Assert.DoesNotContain("0", status["Gid"].Split('\t'));
        Assert.Equal("", status["Groups"]);
    }

    [Fact]
    public async Task Gateway_holds_no_descriptor_that_is_not_on_the_reviewed_list()
    {
        using var service = await RunningService.StartAsync();
        await service.ExecuteAsync("print(1)");
        var gateway = service.Gateway;

        var targets = Directory.EnumerateFileSystemEntries($"/proc/{gateway}/fd").Select(entry => (Entry: entry, Target: new FileInfo(entry).LinkTarget ?? "")).ToList();

        // The terminal or the log of whoever started the service, and .NET's copies of them.
        var standard = targets.Where(descriptor => Path.GetFileName(descriptor.Entry) is "0" or "1" or "2").Select(descriptor => descriptor.Target).ToHashSet();
        var unknown = targets.Where(descriptor => !standard.Contains(descriptor.Target))
            .Where(descriptor => !Array.Exists(Descriptors, known => known.IsMatch(descriptor.Target))).Select(descriptor => descriptor.Target);
        Assert.Empty(unknown);
    }

    [Fact]
    public async Task Gateway_can_write_nothing_that_belongs_to_root()
    {
        using var service = await RunningService.StartAsync();
        var gateway = service.Gateway;

        // Asked of the kernel, with the gateway's ids, in its own view of the machine.
        using var find = Process.Start(new ProcessStartInfo("setpriv",
        [
            $"--reuid={Id(gateway, "Uid")}", $"--regid={Id(gateway, "Gid")}", "--clear-groups", "--",
            "find", service.Data, "/etc", "/usr", "/var/lib", "/var/cache/mayfly", "/boot", "/root", "/home", "/opt", "/run",
            "-xdev", "-user", "root", "!", "-type", "l", "!", "-perm", "-1000", "-writable", "-print",
        ]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = find.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var writable = await find.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await find.WaitForExitAsync(TestContext.Current.CancellationToken);
        await errors;

        // Sockets that the machine offers to everybody are not Mayfly's doing.
        Assert.DoesNotContain(
            writable.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            path => !path.StartsWith("/run/", StringComparison.Ordinal) || path.StartsWith("/run/mayfly", StringComparison.Ordinal));
    }

    private static string Id(int process, string which) =>
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith($"{which}:", StringComparison.Ordinal)).Split('\t')[1].ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^socket:\[\d+\]$")]
    private static partial Regex Socket();

    [GeneratedRegex(@"^(anon_inode|pipe):")]
    private static partial Regex Anonymous();

    [GeneratedRegex(@"/app/[0-9a-f]+/")]
    private static partial Regex ProgramFile();

    [GeneratedRegex(@"/gateway/mayfly\.db")]
    private static partial Regex DatabaseFile();
}
