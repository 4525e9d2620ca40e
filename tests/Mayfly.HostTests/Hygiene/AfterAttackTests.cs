using System.Diagnostics;
using Mayfly.Attacks;
using Mayfly.HostTests.Faults;
using Mayfly.HostTests.Services;
using Mayfly.Protocol;

namespace Mayfly.HostTests.Hygiene;

/// <summary>After the attacks, the host is as it was: no process, cgroup, mount, descriptor or file more, and the same service.</summary>
/// <remarks>
/// What an attack's own answer must be is judged by AttackTests. Here all programs run, a few at a time and with less time than they are
/// given otherwise, and after each few the machine itself is looked at.
/// </remarks>
public sealed class AfterAttackTests
{
    private const int AtOnce = 4;

    private static readonly string[] s_places = ["tmp", "run", "sandbox", "dev/shm", "var/tmp"];
    private static readonly string[] s_kernelObjects = ["shm", "sem", "msg"];
    private static readonly Part[] s_parts = [Part.Cells, Part.Agent, Part.Jailer, Part.PythonZygote, Part.JavaScriptZygote];

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Fact, Trait("Speed", "slow")]
    public async Task Nothing_of_an_attack_is_left_on_the_host_and_the_service_is_the_same()
    {
        var stop = TestContext.Current.CancellationToken;
        using var service = await RunningService.StartAsync(["--cells", "1", "--slots", "8", "--set", "Log:Level=Warning", "--set", "Limits:TimeMs=2000", .. SharedService.BareTiers, "--set", "Tiers:0:Spares=4", "--set", "Tiers:1:Spares=4"]);
        await RunningService.EventuallyAsync(() => service.CellsUpAsync().Result == 1 && Parts.Of(service, Part.JavaScriptZygote).Count == 1, "no cell is up");
        var cases = AttackSuite.Read().Cases.Where(@case => @case.Copies == 1).ToList();

        // Whatever is opened or started at first use is there before the first look.
        foreach (var program in (string[])["ordinary_files.py", "leaves_files.js", "touched_memory.py", "native_code.py", "native_code.js"])
            await service.AskAsync(cases.First(@case => @case.Program == program).Code, cases.First(@case => @case.Program == program).Language);
        var before = await SettledAsync(service);

        foreach (var few in cases.Chunk(AtOnce))
        {
            var answers = await Task.WhenAll(few.Select(@case => service.AskAsync(@case.Code, @case.Language)));
            Assert.All(answers, answer => Assert.True(answer.Status == 200, answer.Body.GetRawText()));

            var since = Stopwatch.GetTimestamp();
            string? difference;
            while ((difference = before.DifferenceFrom(HostState.Of(service))) is not null)
            {
                Assert.True(Stopwatch.GetElapsedTime(since) < s_patience, $"after {string.Join(", ", few.Select(@case => @case.Program))}: {difference}");
                await Task.Delay(50, stop);
            }
        }
    }

    /// <summary>As it is when nothing has changed for a while: slots are prepared behind an answer.</summary>
    private static async Task<HostState> SettledAsync(RunningService service)
    {
        var since = Stopwatch.GetTimestamp();
        var (state, unchanged) = (HostState.Of(service), 0);
        while (unchanged < 10)
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < s_patience, "the service does not settle");
            await Task.Delay(100, TestContext.Current.CancellationToken);
            var now = HostState.Of(service);
            unchanged = state.DifferenceFrom(now) is null ? unchanged + 1 : 0;
            state = now;
        }

        return state;
    }

    /// <summary>What the machine has of a service, in lines.</summary>
    /// <remarks>
    /// How many jails wait follows demand, so what there is one or more of for each jail is written as such: "2 for each jail and 4". All jails wait when
    /// nothing runs, each with an init and one child; a process that was left behind would be one too many.
    /// </remarks>
    private sealed record HostState(IReadOnlyList<string> Lines)
    {
        public static HostState Of(RunningService service)
        {
            var parts = s_parts.SelectMany(part => Parts.Of(service, part).Select(pid => (Part: part, Pid: pid))).ToList();
            var agent = parts.First(part => part.Part == Part.Agent).Pid;
            var names = service.Processes().Select(Name).Where(name => name.Length > 0).ToList();
            var jails = names.Count(name => name == "jail-init");
            string EachJail(int count) => jails == 0 ? $"{count} without jails" : $"{count / jails} for each jail and {count % jails}";
            return new(
            [
                .. parts.Select(part => $"{part.Part} is process {part.Pid}"),
                $"the gateway is process {service.Gateway}",
                .. parts.Where(part => part.Part == Part.Agent).SelectMany(part => Descriptors(part.Pid).GroupBy(kind => kind).Select(kind => $"descriptors of the agent: {kind.Key}: {EachJail(kind.Count())}")),
                // A zygote and the jailer have one of each child.
                .. parts.Where(part => part.Part is Part.Cells or Part.Jailer).Select(part => $"descriptors of {part.Part}: {Descriptors(part.Pid).Count(kind => kind != "net")}"),
                // Network namespaces that are as good as new, one for each place that was used since: KeptNetworkTests holds which.
                .. parts.Where(part => part.Part == Part.Jailer).Select(part => $"network namespaces kept, more than there are places: {Math.Max(0, Descriptors(part.Pid).Count(kind => kind == "net") - FrameLimits.MaxSlots)}"),
                .. parts.Where(part => part.Part is Part.PythonZygote or Part.JavaScriptZygote).Select(part => $"descriptors of {part.Part}: {Descriptors(part.Pid).Count() - Children(part.Pid)} and one for each child"),
                $"processes: {EachJail(names.Count)}",
                .. service.Cgroups().Select(path => path.Split('/')[4]).Distinct().Select(tree => $"cgroups in {tree}: {EachJail(Directories(service, tree))}"),
                .. new[] { agent, service.Top, service.Gateway }.Select(pid => $"mounts of {Name(pid)}: {Count($"/proc/{pid}/mountinfo")}"),
                $"mounts of the machine: {service.Mounts().Count}",
                .. s_places.Select(place => $"the cell's /{place}: {Entries($"/proc/{agent}/root/{place}")}"),
                $"the data directory: {Entries(service.Data)}",
                $"host's System V: {string.Join(' ', s_kernelObjects.Select(kind => Count($"/proc/{service.Top}/root/proc/sysvipc/{kind}")))}",
            ]);
        }

        public string? DifferenceFrom(HostState other)
        {
            var lines = Lines.Except(other.Lines).Select(line => $"before {line}").Concat(other.Lines.Except(Lines).Select(line => $"now {line}")).ToList();
            return lines.Count == 0 ? null : string.Join("; ", lines);
        }

        // "socket:[123]" and "/run/cgroup/pids/slot-1-17/pids.max" are one kind each: what counts is how many there are.
        private static IEnumerable<string> Descriptors(int pid) => Listed($"/proc/{pid}/fd").Select(path => new FileInfo(path).LinkTarget ?? "")
            .Where(target => target.Length > 0)
            .Select(target => target.StartsWith('/') ? Path.GetFileName(target).Split('-')[0] : target.Split(':')[0]);

        private static int Children(int pid) => Text($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

        private static int Directories(RunningService service, string tree) => service.Cgroups()
            .Where(path => path.Split('/')[4] == tree)
            .Sum(path => 1 + Listed(path, recurse: true).Count);

        private static string Entries(string place) => string.Join(' ', Listed(place).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        private static int Count(string file) => Text(file).Count(letter => letter == '\n');

        private static string Name(int pid) => Text($"/proc/{pid}/comm").Trim();

        private static string Text(string file)
        {
            try
            {
                return File.ReadAllText(file);
            }
            catch (IOException)
            {
                return ""; // gone meanwhile
            }
        }

        // Things come and go while they are listed.
        private static List<string> Listed(string place, bool recurse = false)
        {
            try
            {
                return recurse ? [.. Directory.EnumerateDirectories(place, "*", SearchOption.AllDirectories)] : [.. Directory.EnumerateFileSystemEntries(place)];
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return [];
            }
        }
    }
}
