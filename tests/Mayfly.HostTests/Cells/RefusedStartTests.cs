namespace Mayfly.HostTests.Cells;

/// <summary>What mayfly-cells will not start without, and the remedy that it names. No gateway runs then, and no cell.</summary>
public sealed class RefusedStartTests(FakeParts parts) : IClassFixture<FakeParts>
{
    [Theory]
    [InlineData("root", "must not be root; name another user")]
    [InlineData("nobody-of-that-name", "Make it: useradd --system")]
    public void Gateway_that_could_not_give_root_up_is_not_started(string user, string said)
    {
        using var cells = CellsProcess.Prepare(parts);

        AssertRefused(cells, ["--user", user], said);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{ "digest": 7 }""")]
    [InlineData("""{ "digest": "fa""")]
    public void Image_without_a_digest_is_not_used(string? manifest)
    {
        using var cells = CellsProcess.Prepare(parts);
        File.Delete($"{cells.Image}/manifest.json");
        if (manifest is not null) File.WriteAllText($"{cells.Image}/manifest.json", manifest);

        AssertRefused(cells, [], "no readable \"digest\"", "Build the image anew: mayfly image build");
    }

    [Fact]
    public void Image_that_misses_a_place_to_mount_on_is_not_used()
    {
        using var cells = CellsProcess.Prepare(parts);
        Directory.Delete($"{cells.Image}/rootfs/sandbox");

        AssertRefused(cells, [], "rootfs/sandbox is missing", "mayfly image build");
    }

    private static void AssertRefused(CellsProcess cells, string[] options, params string[] said)
    {
        cells.Run(options);

        Assert.Equal(1, cells.WaitForExit());
        Assert.All(said, words => Assert.Contains(words, cells.Log, StringComparison.Ordinal));
        cells.AssertNothingLeft();
    }
}
