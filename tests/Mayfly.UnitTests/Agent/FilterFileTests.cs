using Mayfly.Agent.Boot;

namespace Mayfly.UnitTests.Agent;

/// <summary>A cell takes work with the filter of its agent's own build only.</summary>
public sealed class FilterFileTests : IDisposable
{
    private static readonly byte[] s_built = [.. Enumerable.Range(0, 80).Select(i => (byte)i)];

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Same_filter_is_in_force()
    {
        File.WriteAllBytes(_path, s_built);

        Assert.True(FilterFile.MeasurePolicy(_path, s_built).InForce);
    }

    public static TheoryData<string, int> Differences => new()
    {
        { "a bit", 4 },
        { "shorter", 8 },
        { "longer", 10 },
        { "nothing", 0 },
    };

    [Theory, MemberData(nameof(Differences))]
    public void Another_one_is_named_with_the_first_instruction_that_differs(string difference, int instruction)
    {
        File.WriteAllBytes(_path, difference switch
        {
            "a bit" => [.. s_built[..39], (byte)(s_built[39] ^ 1), .. s_built[40..]],
            "shorter" => s_built[..64],
            "longer" => [.. s_built, 0],
            _ => [],
        });

        var layer = FilterFile.MeasurePolicy(_path, s_built);

        Assert.False(layer.InForce);
        Assert.Contains($"differ from instruction {instruction} on", layer.Detail, StringComparison.Ordinal);
        Assert.Contains("./mayfly build", layer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_file_and_agent_that_knows_none_are_not_in_force()
    {
        File.Delete(_path);

        Assert.False(FilterFile.MeasurePolicy(_path, s_built).InForce);
        Assert.False(FilterFile.MeasurePolicy(_path, null).InForce);
    }
}
