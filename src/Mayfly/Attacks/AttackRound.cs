using System.Security.Cryptography;

namespace Mayfly.Attacks;

/// <summary>What must hold after every case, as far as it can be seen from outside.</summary>
public enum Invariant
{
    /// <summary>The program ended as it must.</summary>
    Outcome,

    /// <summary>I1: a small program beside it was right and in time.</summary>
    Canary,

    /// <summary>I2: the next execution found a clean state.</summary>
    CleanState,

    /// <summary>I6: what the account was charged is what the answers say, once.</summary>
    Charge,

    /// <summary>I7: each answer is of the contract's shape.</summary>
    Shape,

    /// <summary>I8: no answer holds the key, or what was in another program.</summary>
    Secrets,
}

/// <summary>What did not hold.</summary>
public sealed record Finding(Invariant Invariant, string What);

/// <summary>One case, tried.</summary>
/// <param name="Case">Which.</param>
/// <param name="Findings">Empty: everything held.</param>
/// <param name="Executions">Answers that it took.</param>
/// <param name="Cost">Their sum.</param>
/// <param name="Ended">How the first attack ended, in words.</param>
public sealed record AttackReport(AttackCase Case, IReadOnlyList<Finding> Findings, int Executions, decimal Cost, string Ended);

/// <summary>Tries a case: the attack, canaries beside it as long as it lasts, and a look at the state afterwards.</summary>
/// <param name="suite">Canary and look.</param>
/// <param name="execute">Runs code in a language; throws a <see cref="ShapeException"/> for an answer of another shape.</param>
/// <param name="key">Must be in no answer.</param>
/// <param name="patient">Runs code that came to its time limit too early where it has more time; null where there is no such service.</param>
public sealed class AttackRound(
    AttackSuite suite, Func<string, string, CancellationToken, Task<ContractResult>> execute, string key, Func<string, string, Task<ContractResult?>>? patient = null)
{
    private const int MoreTries = 2;

    // In the canary's code: an attack that reads its neighbour would have it.
    private readonly string _secret = $"secret-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}";

    /// <summary>Tries one case.</summary>
    public async Task<AttackReport> RunAsync(AttackCase @case, CancellationToken stop)
    {
        var tries = new List<Tried>();
        List<Tried> attacks, canaries;
        var more = MoreTries;
        do
        {
            var running = Task.WhenAll(Enumerable.Range(0, @case.Copies).Select(_ => TryAsync(@case, @case.Code, stop)));
            canaries = await CanariesUntilAsync(running, stop);
            attacks = [.. await running];
            tries.AddRange([.. attacks, .. canaries]);
        }
        // On a machine that is out of breath any program may come to its time limit before it comes to the one that is looked at here.
        while (more-- > 0 && !@case.MayTimeOut && attacks.Exists(attack => attack.Result?.TimedOut == true));

        if (patient is not null && !@case.MayTimeOut) attacks = [.. await Task.WhenAll(attacks.Select(attack => WithMoreTimeAsync(attack, patient)))];

        var next = await TryAsync(suite.Afterwards, suite.Afterwards.Code, stop);
        tries.Add(next);
        Finding[] findings =
        [
            .. Differences(Invariant.Outcome, attacks),
            .. Differences(Invariant.Canary, canaries),
            .. Differences(Invariant.CleanState, [next]),
            .. tries.Where(tried => tried.WrongShape is not null).Select(tried => new Finding(Invariant.Shape, $"{tried.Case.Name}: {tried.WrongShape}")),
            .. tries.Where(tried => tried.Case != suite.Canary).Concat(attacks).Distinct().Where(HoldsSecret).Select(tried => new Finding(Invariant.Secrets, $"{tried.Case.Name}: its answer holds the key or its neighbour's code")),
        ];
        var answered = tries.Where(tried => tried.Result is not null).ToList();
        return new AttackReport(@case, findings, answered.Count, answered.Sum(tried => tried.Result!.Cost), attacks[0].Result is { } first ? Words(first) : "no result");
    }

    /// <summary>One after the other, as long as the attack lasts; at least one.</summary>
    private async Task<List<Tried>> CanariesUntilAsync(Task attack, CancellationToken stop)
    {
        var code = $"{suite.Canary.Code}\nsecret = '{_secret}'\n";
        var canaries = new List<Tried>();
        do
        {
            canaries.Add(await TryAsync(suite.Canary, code, stop));
            await Task.WhenAny(attack, Task.Delay(1000, stop));
        }
        while (!attack.IsCompleted);
        return canaries;
    }

    private async Task<Tried> TryAsync(AttackCase @case, string code, CancellationToken stop)
    {
        try
        {
            return new Tried(@case, await execute(code, @case.Language, stop), null);
        }
        catch (ShapeException wrong)
        {
            return new Tried(@case, null, wrong.Message);
        }
    }

    // Charged by another service, so not counted among the tries.
    private static async Task<Tried> WithMoreTimeAsync(Tried tried, Func<string, string, Task<ContractResult?>> patient) =>
        tried.Result?.TimedOut == true && await patient(tried.Case.Code, tried.Case.Language) is { } result ? tried with { Result = result } : tried;

    private bool HoldsSecret(Tried tried) => tried.Result is { } result && new[] { result.Stdout, result.Stderr, result.Error ?? "" }
        .Any(text => text.Contains(_secret, StringComparison.Ordinal) || text.Contains(key, StringComparison.Ordinal));

    private static IEnumerable<Finding> Differences(Invariant invariant, IEnumerable<Tried> tries) =>
        from tried in tries
        let difference = tried.Result is { } result ? tried.Case.DifferenceFrom(result) : $"{tried.Case.Name}\nthere is no result"
        where difference is not null
        select new Finding(invariant, difference);

    private static string Words(ContractResult result) => result.Termination switch
    {
        null => $"exit {result.ExitCode}",
        "signal" => $"signal {result.ExitCode - 128}",
        "out_of_memory" => "out of memory",
        var other => other,
    };

    private sealed record Tried(AttackCase Case, ContractResult? Result, string? WrongShape);
}
