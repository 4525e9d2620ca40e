using System.Text.Json.Serialization;

namespace Mayfly.Attacks;

/// <summary>One hostile program.</summary>
public sealed record AttackCase
{
    /// <summary>Its file in tests/attacks/programs; the ending says the language.</summary>
    public required string Program { get; init; }

    /// <summary>Which cases of the list of attacks it stands for; the first one's letter is its class.</summary>
    public required IReadOnlyList<string> Cases { get; init; }

    /// <summary>The claim.</summary>
    public required string Title { get; init; }

    /// <summary>How many run at once.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Alternatives.</summary>
    public required IReadOnlyList<AttackOutcome> Expect { get; init; }

    /// <summary>For people.</summary>
    [JsonIgnore]
    public string Name => $"{Program}: {Title}";

    /// <summary>The letter of its class.</summary>
    [JsonIgnore]
    public string Class => Cases[0][..1];

    /// <summary>Whether the time limit may be what ends it.</summary>
    [JsonIgnore]
    public bool MayTimeOut => Expect.Any(outcome => outcome.End == "timeout");

    /// <summary>Waits for a limit of seconds, or holds many slots.</summary>
    [JsonIgnore]
    public bool IsSlow => Copies > 2 || MayTimeOut;

    /// <summary>As the API names it.</summary>
    [JsonIgnore]
    public string Language => Program.EndsWith(".py", StringComparison.Ordinal) ? "python" : "javascript";

    /// <summary>The program.</summary>
    [JsonIgnore]
    public string Code => AttackSuite.Text(Program);

    /// <summary>What is not as expected; null: nothing.</summary>
    public string? DifferenceFrom(ContractResult result)
    {
        var differences = Expect.Select(outcome => outcome.DifferenceFrom(result)).ToList();
        if (!differences.Contains(null)) return $"{Name}\nexpected {string.Join("\nor ", differences)}\ngot {result}";

        // Whatever it did: user code was started, so it is charged once, and the service itself did not fail.
        return (result.Error, result.Cost) == (null, ContractResult.Price) ? null : $"{Name}\nexpected no error at a cost of {ContractResult.Price}\ngot {result}";
    }
}
