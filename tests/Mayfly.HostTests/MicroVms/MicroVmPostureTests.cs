using System.Globalization;
using System.Text.RegularExpressions;
using Mayfly.Cells.Launching.MicroVm;
using Mayfly.HostTests.Posture;
using Mayfly.HostTests.Services;

namespace Mayfly.HostTests.MicroVms;

/// <summary>All that a program in a micro-VM sees of its jail and its kernel, compared whole with a golden file; and nothing of it is the host's.</summary>
/// <remarks>MAYFLY_WRITE_GOLDEN=1 writes the files anew, in the repository.</remarks>
[Collection(SharingOneGuest.Name), Trait("Speed", "slow")]
public sealed partial class MicroVmPostureTests(SharedGuest guest)
{
    // What the kernel gives the initial ones. A jail has none of these.
    private static readonly long[] s_initialNamespaces = [0xEFFFFFFA, 0xEFFFFFFB, 0xEFFFFFFC, 0xEFFFFFFD, 0xEFFFFFFE, 0xEFFFFFFF, 0xF0000000, 0xF0000001];

    private static string Folder => Path.Combine(Host.Repository, "tests/Mayfly.HostTests/MicroVms/Posture");

    /// <summary>Python warm and JavaScript cold, in the guest that others use, too.</summary>
    [Fact]
    public async Task What_a_program_sees_is_that_of_the_golden_files_and_nothing_of_the_host() => await LookAsync(await guest.ReadyAsync(), warm: "python");

    /// <summary>The other way round, which takes a guest of its own.</summary>
    [Fact]
    public async Task What_a_program_sees_is_that_of_the_golden_files_with_the_other_language_warm()
    {
        MicroVm.RequireQuick();
        using var service = await RunningService.StartInAsync(Directory.CreateTempSubdirectory("mayfly-service-").FullName, SharedGuest.WarmOnly("javascript"));
        await LookAsync(service, warm: "javascript");
    }

    /// <summary>What the posture of container cells (<see cref="ColdPostureTests"/>), which is looked at from outside, leaves open: the kernel by its own words.</summary>
    [Fact]
    public async Task In_a_container_cell_the_kernel_is_the_machines_and_is_told_by_its_version_only()
    {
        using var service = await RunningService.StartAsync("--cells", "1", "--slots", "1", "--warm", "false");

        var seen = (await OutputAsync(service, "look.py", "python")).Split('\n').Where(line => line.Split(' ')[0] is "uname" or "file" or "kernel" or "device" or "sys" or "interfaces");

        await CompareAsync("python-container.txt", seen.Select(line => OfKernel(line, File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), "machine")));
    }

    private static async Task LookAsync(RunningService service, string warm)
    {
        foreach (var (language, extension) in ((string, string)[])[("python", "py"), ("javascript", "js")])
        {
            var tier = language == warm ? language : "cold";
            var before = await RunInAsync(service, tier);
            var seen = (await OutputAsync(service, $"look.{extension}", language)).TrimEnd('\n').Split('\n').Select(line => Normalised(OfKernel(line, MicroVm.Kernel, "guest")));
            await CompareAsync($"{language}-{(language == warm ? "warm" : "cold")}.txt", seen);
            await RunningService.EventuallyAsync(() => RunInAsync(service, tier).Result > before, $"the {language} program did not run in tier {tier}");
        }

        var everything = await OutputAsync(service, "everything.py", "python");
        Assert.Contains(MicroVm.Kernel, everything, StringComparison.Ordinal);
        Assert.All(HostFacts(), fact => Assert.DoesNotContain(fact, everything, StringComparison.Ordinal));
    }

    private static async Task CompareAsync(string name, IEnumerable<string> seen)
    {
        var golden = Path.Combine(Folder, name);
        if (Environment.GetEnvironmentVariable("MAYFLY_WRITE_GOLDEN") is { Length: > 0 }) await File.WriteAllLinesAsync(golden, seen, TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllLinesAsync(golden, TestContext.Current.CancellationToken), seen);
    }

    private static async Task<string> OutputAsync(RunningService service, string program, string language)
    {
        var result = await service.ExecuteAsync(await File.ReadAllTextAsync(Path.Combine(Folder, program)), language);
        Assert.True(result.GetProperty("exitCode").GetInt32() == 0, result.ToString());
        return result.GetProperty("stdout").GetString()!;
    }

    // Executions so far, of whatever program.
    private static async Task<int> RunInAsync(RunningService service, string tier)
    {
        var counted = Regex.Match(await service.MetricsAsync(), $$"""^mayfly_executions_tier\S*\{[^}]*tier="{{tier}}"[^}]*\} (\d+)""", RegexOptions.Multiline);
        return counted.Success ? int.Parse(counted.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
    }

    // What tells one machine from another, and is long enough not to be met by chance.
    private static string[] HostFacts()
    {
        string[] files =
        [
            "/proc/sys/kernel/osrelease", "/proc/sys/kernel/version", "/proc/version", "/proc/cmdline", "/proc/sys/kernel/hostname", "/proc/sys/kernel/random/boot_id", "/etc/machine-id",
            .. Directory.EnumerateDirectories("/sys/class/net").Select(device => $"{device}/address"),
        ];
        // By KVM a guest has the machine's processor, and may know it.
        var processor = Accelerator.Choose(Accelerator.Auto).IsKvm ? [] : File.ReadLines("/proc/cpuinfo").Where(line => line.StartsWith("model name", StringComparison.Ordinal)).Select(line => line.Split(": ")[^1]);
        var facts = files.Where(File.Exists).Select(File.ReadAllText).Concat(processor).Select(text => text.Trim())
            .Where(text => text.Length >= 6 && text != "00:00:00:00:00:00").Distinct().ToArray();
        Assert.True(facts.Length >= 4, string.Join('\n', facts));
        return facts;
    }

    // What differs from one start, or from one build of the kernel, to the next is replaced by a name in angle brackets, never left out.
    private static string OfKernel(string line, string release, string whose)
    {
        line = line.Replace(release, $"<the {whose}'s>", StringComparison.Ordinal);
        line = line.StartsWith("file /proc/version ", StringComparison.Ordinal) ? Compilers().Replace(line, " (<its builder>) ") : line;
        line = line.StartsWith("file /proc/sys/kernel/tainted ", StringComparison.Ordinal) && whose == "machine" ? Digits().Replace(line, "<the machine's>") : line;
        return Build().Replace(line, $"<the {whose}'s build>");
    }

    private static string Normalised(string line)
    {
        var words = line.Split(' ');
        return words switch
        {
            ["mount", ..] => Mount(words[1..]),
            ["namespace", var name] => Namespace(name),
            ["thread", _, "Uid" or "Gid", ..] => $"{string.Join(' ', words[..3])} {string.Join(' ', words[3..].Select(id => HostLook.SlotId(uint.Parse(id, CultureInfo.InvariantCulture))))}",
            ["descriptor", _, ..] => Number().Replace(line, "<number>"),
            // The kernel derives it from the guest's memory; pids.max is what counts.
            ["limit", "Max", "processes", ..] => "limit Max processes <the guest's>",
            _ => line,
        };
    }

    private static string Namespace(string name)
    {
        var number = long.Parse(Number().Match(name).Value[1..^1], CultureInfo.InvariantCulture);
        return $"namespace {name.Split(':')[0]} {(s_initialNamespaces.Contains(number) ? "the guest's first" : "another than the guest's first")}";
    }

    // id parent device root point options … - type source superoptions
    private static string Mount(string[] fields)
    {
        var dash = Array.IndexOf(fields, "-");
        var propagation = string.Join(' ', fields[6..dash].Select(tag => tag.Split(':')[0]));
        return $"mount {fields[4]} {fields[5]} {(propagation.Length == 0 ? "private" : propagation)} of {fields[3]} {fields[dash + 1]} {OwnerOf().Replace(fields[dash + 3], "$1=<of the cell's range>")}";
    }

    // "#1 SMP PREEMPT_DYNAMIC Debian 6.12.48-1 (2025-09-20)", and without the last two words.
    [GeneratedRegex(@"#\d+ SMP.*?(?=\\n|$| x86_64| aarch64)")]
    private static partial Regex Build();

    [GeneratedRegex(@" \(.*\) (?=#)")]
    private static partial Regex Compilers();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Number();

    [GeneratedRegex(@"\b(uid|gid)=\d+")]
    private static partial Regex OwnerOf();
}
