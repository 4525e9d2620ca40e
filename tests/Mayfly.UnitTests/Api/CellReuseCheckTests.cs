using Mayfly.Cli.Doctor;
using Mayfly.Dispatch;

namespace Mayfly.UnitTests.Api;

/// <summary>What doctor says of who meets in a cell.</summary>
public sealed class CellReuseCheckTests
{
    [Theory]
    [InlineData("Never", "Pass", "each execution has a cell of its own")]
    [InlineData("Key", "Pass", "a cell serves one key until it is recycled; 1 on standby")]
    [InlineData("Shared", "Caution", "executions of all keys meet in a cell")]
    public void Doctor_says_what_the_policy_means(string reuse, string verdict, string words)
    {
        var finding = CellReuseCheck.Run(new DispatchOptions { CellReuse = Enum.Parse<CellReuse>(reuse) });

        Assert.Equal(verdict, finding.Verdict.ToString());
        Assert.Contains(words, finding.Detail, StringComparison.Ordinal);
    }
}
