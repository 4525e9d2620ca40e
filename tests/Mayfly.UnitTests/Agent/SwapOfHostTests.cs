using Mayfly.Agent.Cgroups;

namespace Mayfly.UnitTests.Agent;

/// <summary>Where groups have no limit for swap, none may be there.</summary>
public sealed class SwapOfHostTests
{
    [Theory]
    [InlineData("SwapTotal:             0 kB", true)]
    [InlineData("SwapTotal:             4 kB", false)]
    [InlineData("SwapFree:              0 kB", false)]
    public void Without_a_limit_only_a_host_that_has_no_swap_will_do(string line, bool inForce)
    {
        var finding = SwapOfHost.Finding("cgroup.swap", "boot it otherwise", ["MemTotal:       24689764 kB", line]);

        Assert.Equal(("cgroup.swap", inForce), (finding.Name, finding.InForce));
        Assert.Equal(!inForce, finding.Detail.Contains("swapoff -a, or boot it otherwise", StringComparison.Ordinal));
    }
}
