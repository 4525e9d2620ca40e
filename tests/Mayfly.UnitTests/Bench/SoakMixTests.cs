using Mayfly.Bench.Load;

namespace Mayfly.UnitTests.Bench;

public sealed class SoakMixTests
{
    private const int Round = 1000;

    private static readonly SoakMix Mix = new();

    [Fact]
    public void Each_thousand_has_every_kind_in_its_share()
    {
        foreach (var round in (long[])[0, 7, 99])
        {
            var programs = Enumerable.Range(0, Round).Select(number => Mix.At((round * Round) + number)).ToList();

            Assert.Equal(62, programs.Count(IsAttack));
            Assert.Equal(2, programs.Count(program => program.ExitCode == 124));
            Assert.Equal(398, programs.Count(program => program.Workload.Name == "print"));
        }
    }

    // Side by side and not one kind after another.
    [Fact]
    public void Attacks_come_among_the_others() =>
        Assert.InRange(Enumerable.Range(0, Round).Chunk(100).Max(part => part.Count(number => IsAttack(Mix.At(number)))), 1, 15);

    [Fact]
    public void All_attacks_get_their_turn()
    {
        var seen = Enumerable.Range(0, 4 * Round).Select(number => Mix.At(number)).Where(IsAttack).Select(program => program.Workload.Name).Distinct();

        Assert.True(Mix.Attackers > 50, $"{Mix.Attackers} attacks found");
        Assert.Equal(Mix.Attackers, seen.Count());
    }

    private static bool IsAttack(SoakProgram program) => program.Workload.Name.EndsWith(".py", StringComparison.Ordinal) || program.Workload.Name.EndsWith(".js", StringComparison.Ordinal);
}
