using System.Globalization;
using Mayfly.HostTests.Hygiene;
using Mayfly.Protocol.Messages;
using File = System.IO.File;

namespace Mayfly.HostTests.Agents;

/// <summary>A zygote and the jailer never hold submitted code or what it printed: all their memory is searched for it.</summary>
public sealed class ZygoteMemoryTests(SharedWarmCell shared) : IClassFixture<SharedWarmCell>
{
    private CellUnderTest Cell => shared.Cell;

    [Theory]
    [InlineData(Language.Python, "import time\ncanary = '{0}'\nprint(canary, flush=True)\ntime.sleep(30)")]
    [InlineData(Language.Javascript, "const canary = '{0}'; console.log(canary); setTimeout(() => {{}}, 30000)")]
    public void Memory_of_zygotes_and_jailer_holds_no_code_and_no_output(Language language, string program)
    {
        var canary = $"canary-{Guid.NewGuid():N}";
        var id = Cell.Start(language, string.Format(CultureInfo.InvariantCulture, program, canary));
        Cell.WaitFor(message => message.Output?.Id == id);
        int[] suspects = [.. Cell.Zygotes(Language.Python), .. Cell.Zygotes(Language.Javascript), Cell.JailerPid];
        Assert.True(suspects.Length >= 3, $"{suspects.Length} processes found");

        // The search finds what is there: the program itself holds it.
        Assert.Contains(Cell.ChildPids(), pid => ProcessMemory.Holds(pid, canary));
        Assert.All(suspects, pid => Assert.False(ProcessMemory.Holds(pid, canary), $"{File.ReadAllText($"/proc/{pid}/comm").Trim()} {pid} holds it while it runs"));

        Cell.Send(new ToAgent { Cancel = new Cancel { Id = id } });
        Assert.Equal(language.ToString().ToLowerInvariant(), Cell.Finish(id).Finished.Tier);
        Assert.All(suspects, pid => Assert.False(ProcessMemory.Holds(pid, canary), $"{File.ReadAllText($"/proc/{pid}/comm").Trim()} {pid} holds it afterwards"));
    }
}
