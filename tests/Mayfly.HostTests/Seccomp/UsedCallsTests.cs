using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Mayfly.HostTests.Faults;
using Mayfly.HostTests.Services;
using Mayfly.Images.Seccomp;

namespace Mayfly.HostTests.Seccomp;

/// <summary>What the policy allows and nobody uses is known, and has a reason to stay.</summary>
/// <remarks>
/// used-calls-x86_64.txt is what all programs of tests/differential were seen to make, by strace; MAYFLY_WRITE_GOLDEN=1 adds what
/// all of them make now. A normal run takes some of them: a call that one makes and the list says nobody does is red.
/// </remarks>
public sealed class UsedCallsTests
{
    private const int OneIn = 8;

    // They never return, so strace does not count them.
    private static readonly string[] s_notCounted = ["exit", "exit_group"];

    private static readonly string[] s_languages = ["python", "javascript"];

    private static readonly string s_directory = Path.Combine(Host.Repository, "tests/Mayfly.HostTests/Seccomp");
    private static readonly string s_used = Path.Combine(s_directory, "used-calls-x86_64.txt");

    [Fact]
    public void Every_allowed_call_is_used_or_has_a_reason_to_stay()
    {
        var unused = Unused();
        Assert.All(unused, group => Assert.False(string.IsNullOrWhiteSpace(group.Why)));

        string[] accounted = [.. File.ReadAllLines(s_used), .. unused.SelectMany(group => group.Calls)];
        Assert.Distinct(accounted);
        Assert.Equal(Allowed().Order(StringComparer.Ordinal), accounted.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Programs_make_no_call_that_is_listed_as_unused(bool warm)
    {
        Assert.SkipUnless(File.Exists(Hygiene.SystemCallTrace.Program), $"{Hygiene.SystemCallTrace.Program} is not installed");
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the list is of x86-64");
        var all = Environment.GetEnvironmentVariable("MAYFLY_WRITE_GOLDEN") is { Length: > 0 };
        // More time and CPU than programs have: each of their calls stops for strace.
        using var service = await RunningService.StartAsync(
            ["--cells", "1", "--slots", "4", "--set", "Log:Level=Warning", "--set", "Limits:TimeMs=60000", "--set", "Limits:CpuQuotaUs=200000", .. warm ? SharedService.BareTiers : ["--warm", "false"]]);
        await RunningService.EventuallyAsync(() => service.CellsUpAsync().Result == 1 && Parts.Of(service, Part.JavaScriptZygote).Count == (warm ? 1 : 0), "no cell is up");
        int[] parents = [.. Parts.Of(service, Part.Jailer), .. Parts.Of(service, Part.PythonZygote), .. Parts.Of(service, Part.JavaScriptZygote)];

        var made = (await CountedAsync(parents, async () =>
        {
            await RunAsync(service, all ? 1 : OneIn);
            Assert.Equal(0, await service.TerminateAsync());
        })).Intersect(Allowed()).ToHashSet();

        Assert.Contains("openat", made);
        if (all) await File.WriteAllLinesAsync(s_used, made.Except(Unused().Where(group => group.Sometimes).SelectMany(group => group.Calls)).Union(File.ReadAllLines(s_used)).Union(s_notCounted).Order(StringComparer.Ordinal), TestContext.Current.CancellationToken);
        var never = Unused().Where(group => !group.Sometimes).SelectMany(group => group.Calls);
        Assert.Empty(made.Intersect(never));
    }

    private static async Task RunAsync(RunningService service, int oneIn)
    {
        var files = s_languages
            .SelectMany(language => Directory.GetFiles(Path.Combine(Host.Repository, "tests/differential", language)).Order(StringComparer.Ordinal))
            .Where((_, i) => i % oneIn == 0).ToList();
        Assert.True(files.Count > 40, $"{files.Count} programs found");
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (file, stop) =>
        {
            var code = Encoding.UTF8.GetString(await File.ReadAllBytesAsync(file, stop));
            await service.AskAsync(code, file.EndsWith(".py", StringComparison.Ordinal) ? "python" : "javascript");
        });
    }

    /// <summary>Names of all calls that these processes and their children make meanwhile.</summary>
    private static async Task<IReadOnlyList<string>> CountedAsync(int[] parents, Func<Task> act)
    {
        var output = Path.GetTempFileName();
        try
        {
            using var strace = Process.Start(Hygiene.SystemCallTrace.Program,
            [
                "-f", "-c", "-S", "name", "-qq", "-e", "signal=none", "-o", output,
                .. parents.SelectMany(pid => new[] { "-p", pid.ToString(CultureInfo.InvariantCulture) }),
            ]);
            await RunningService.EventuallyAsync(() => parents.All(Hygiene.SystemCallTrace.IsTraced), "strace did not get hold of every process");
            await act();

            // The summary is written when nobody is left.
            await strace.WaitForExitAsync();
            return [.. (await File.ReadAllLinesAsync(output)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length >= 5 && char.IsDigit(words[0][0])).Select(words => words[^1])];
        }
        finally
        {
            File.Delete(output);
        }
    }

    private static HashSet<string> Allowed() => SeccompPolicyReader.Read(CallProgram.Policy).Entries
        .Where(entry => entry.Only is null or "x86_64")
        .Where(entry => entry.Verdict == Verdict.Allow)
        .SelectMany(entry => entry.Syscalls).ToHashSet();

    private static IReadOnlyList<Group> Unused() => JsonSerializer.Deserialize<Listing>(File.ReadAllText(Path.Combine(s_directory, "unused-calls.json")), JsonSerializerOptions.Web)!.Unused;

    private sealed record Listing(IReadOnlyList<Group> Unused);

    private sealed record Group(IReadOnlyList<string> Calls, string Why, bool Sometimes = false);
}
