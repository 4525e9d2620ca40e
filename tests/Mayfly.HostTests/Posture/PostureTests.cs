using System.Globalization;
using System.Text;
using Mayfly.HostTests.Agents;
using Mayfly.Protocol.Messages;
using File = System.IO.File;

namespace Mayfly.HostTests.Posture;

/// <summary>All that holds for user code, compared whole with a golden file: nothing is added, lost or weakened without a review.</summary>
/// <remarks>MAYFLY_WRITE_GOLDEN=1 writes the files anew, in the repository.</remarks>
public abstract class PostureTests(SharedCell shared, string interpreters)
{
    private CellUnderTest Cell => shared.Cell;

    [Theory]
    [InlineData(Language.Python, "py")]
    [InlineData(Language.Javascript, "js")]
    public async Task Posture_of_user_code_is_that_of_the_golden_file(Language language, string extension)
    {
        var stop = TestContext.Current.CancellationToken;
        var id = Cell.Start(language, await File.ReadAllTextAsync(Path.Combine(Host.Repository, "tests/Mayfly.HostTests/Posture", $"posture.{extension}"), stop), new Limits { TimeMs = 5000 });
        var said = Said(id);
        var pid = Find(said[^1]);

        var look = new HostLook(pid, Cell.AgentPid);
        string[] found = [.. look.Threads(), .. look.Process(), .. Cgroup(pid), .. said[..^1].Select(Normalised)];
        var filters = await FiltersAsync(pid);
        Cell.Send(new ToAgent { Cancel = new Cancel { Id = id } });
        Assert.Equal(interpreters == "warm" ? language.ToString().ToLowerInvariant() : "", Cell.Finish(id).Finished.Tier);

        var golden = Path.Combine(Host.Repository, "tests/Mayfly.HostTests/Posture", $"{language.ToString().ToLowerInvariant()}-{interpreters}.txt");
        if (Environment.GetEnvironmentVariable("MAYFLY_WRITE_GOLDEN") is { Length: > 0 }) await File.WriteAllLinesAsync(golden, found, stop);
        Assert.Equal((await File.ReadAllLinesAsync(golden, stop)).Where(HasReason), found);

        // The filter that each thread is under is the one that was built, byte for byte.
        var built = Convert.ToHexString(await File.ReadAllBytesAsync(Path.Combine(CellParts.Program, "seccomp.bpf"), stop));
        Assert.All(filters, filter => Assert.Equal(built, filter));
    }

    /// <summary>What the program printed, up to the line that tells which process it is.</summary>
    private string[] Said(ulong id)
    {
        var output = new StringBuilder();
        while (true)
        {
            var message = Cell.WaitFor(message => message.Output?.Id == id || message.Finished?.Id == id);
            Assert.True(message.Finished is null, $"the program ended: {message.Finished}: {output}");
            output.Append(message.Output.Data.ToStringUtf8());
            var lines = output.ToString().Split('\n');
            if (Array.FindIndex(lines, line => line.StartsWith("namespace ", StringComparison.Ordinal)) is >= 0 and var last && last < lines.Length - 1) return lines[..(last + 1)];
        }
    }

    // "namespace pid:[4026532345] 2"
    private int Find(string line)
    {
        var words = line.Split(' ');
        return Cell.ChildPids().Single(pid => new FileInfo($"/proc/{pid}/ns/pid").LinkTarget == words[1]
            && File.ReadLines($"/proc/{pid}/status").Single(line => line.StartsWith("NSpid:", StringComparison.Ordinal)).Split('\t')[^1] == words[2]);
    }

    private IEnumerable<string> Cgroup(int pid)
    {
        var groups = Cell.ExecutionCgroups().Where(path => File.ReadLines($"{path}/cgroup.procs").Contains(pid.ToString(CultureInfo.InvariantCulture))).ToArray();
        string Value(string v2, string v1) => groups.SelectMany(path => new[] { $"{path}/{v2}", $"{path}/{v1}" }).Where(File.Exists).Select(path => File.ReadAllText(path).Trim()).FirstOrDefault("missing");

        var (memory, swap) = (Value("memory.max", "memory.limit_in_bytes"), Value("memory.swap.max", "memory.memsw.limit_in_bytes"));
        // A warm child has less: the zygote's pages that it copies are charged to it, and are no part of a fresh interpreter's memory.
        var megabytes = ulong.Parse(memory, CultureInfo.InvariantCulture) / 1048576.0;
        yield return $"cgroup memory {(megabytes is >= 240 and < 256 && interpreters == "warm" ? "<256 MiB, less the zygote's part>" : memory)}";
        // Version 2 counts swap alone, version 1 together with memory.
        yield return $"cgroup swap {(swap == "0" || swap == memory ? "none" : swap)}";
        var (quota, period) = (Value("cpu.max", "cpu.cfs_quota_us"), Value("cpu.max", "cpu.cfs_period_us"));
        yield return $"cgroup cpu {(quota == period ? quota : $"{quota} {period}")}";
        yield return $"cgroup pids {Value("pids.max", "pids.max")}";
    }

    // A kernel without the file has nothing to mask.
    private static bool HasReason(string line) => !line.StartsWith("mount /proc/", StringComparison.Ordinal) || Path.Exists(line.Split(' ')[1]);

    private static string Normalised(string line) => line.Split(": ") is [var name, var ids] && (name.EndsWith("Uid", StringComparison.Ordinal) || name.EndsWith("Gid", StringComparison.Ordinal))
        ? $"{name}: {string.Join(' ', ids.Split(' ').Select(id => HostLook.SlotId(uint.Parse(id, CultureInfo.InvariantCulture))))}"
        : line;

    private static async Task<IReadOnlyList<string>> FiltersAsync(int pid)
    {
        var directory = Directory.CreateTempSubdirectory("mayfly-filters-").FullName;
        try
        {
            var program = Path.Combine(directory, "filters");
            await Seccomp.CallProgram.CompileAsync(await File.ReadAllTextAsync(Path.Combine(Host.Repository, "tests/Mayfly.HostTests/Posture/filters.c")), program);
            var filters = new List<string>();
            foreach (var thread in Directory.GetDirectories($"/proc/{pid}/task").Select(Path.GetFileName)) filters.Add(await BytesAsync(program, thread!));
            return filters;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<string> BytesAsync(string program, string thread)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, [thread]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var bytes = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(bytes);
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
        return Convert.ToHexString(bytes.ToArray());
    }
}

/// <summary>In a fresh interpreter.</summary>
public sealed class ColdPostureTests(SharedCell shared) : PostureTests(shared, "cold"), IClassFixture<SharedCell>;

/// <summary>In a child of a zygote.</summary>
public sealed class WarmPostureTests(SharedWarmCell shared) : PostureTests(shared, "warm"), IClassFixture<SharedWarmCell>;
