using Mayfly.Bench.Accounts;

namespace Mayfly.UnitTests.Bench;

public sealed class ProcessStatTests
{
    [Fact]
    public void Reads_the_accounts_whatever_the_name_is()
    {
        var stat = ProcessStat.Parse("4711 (a) b (c) S 12 4711 4711 0 -1 4194560 100 2000 3 4 50 6 700 8 20 0 1 0 999 1 1");

        Assert.Equal(new ProcessStat(4711, 12, "a) b (c", 'S', MinorFaults: 100, ChildrenMinorFaults: 2000, CpuMs: 560, ChildrenCpuMs: 7080), stat);
    }

    [Fact]
    public void A_process_that_is_gone_has_none() => Assert.Null(ProcessStat.TryRead(int.MaxValue));

    [Fact]
    public void This_process_is_below_its_parent()
    {
        var own = ProcessStat.TryRead(Environment.ProcessId)!;

        Assert.Contains(ProcessTree.Below(own.Parent), process => process.Id == Environment.ProcessId);
    }
}
