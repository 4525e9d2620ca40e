using System.CommandLine;
using System.Diagnostics;
using Mayfly.Attacks;
using Mayfly.Cli.Remote;

namespace Mayfly.Cli.Attack;

/// <summary><c>mayfly attack</c>: the hostile programs of the tests against any deployment, and whether it held.</summary>
internal static class AttackCommand
{
    private static readonly Option<string?> s_key = new("--key")
    {
        HelpName = "KEY",
        Description = "The key, or - for standard input. Everybody on this machine can read a command line: better MAYFLY_API_KEY, or `mayfly login`. With the scope usage charges are looked at, too, if nobody else uses the account meanwhile.",
    };

    private static readonly Option<string?> s_coldUrl = new("--cold-url") { HelpName = "URL", Description = "A second deployment that starts a fresh interpreter for each execution (serve --warm false): each case is tried there, too." };
    private static readonly Option<string?> s_coldKey = new("--cold-key") { HelpName = "KEY", Description = "Its key. Default: that of the first." };
    private static readonly Option<string[]> s_classes = new("--class") { HelpName = "LETTER", Description = "Only this class of cases; may be repeated. Default: all.", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int> s_atOnce = new("--at-once") { HelpName = "N", Description = "Cases that are tried at once.", DefaultValueFactory = _ => 4 };
    private static readonly Option<bool> s_json = new("--json") { Description = "Everything, case by case, as JSON." };

    public static Command Create() => RemoteCommand.Create(
        "attack",
        "Runs the hostile programs of Mayfly's own tests at a server and prints what held, by class. Some hundreds of executions, which are charged. Exit code 1 if anything did not hold.",
        [s_key, s_coldUrl, s_coldKey, s_classes, s_atOnce, s_json],
        RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        var suite = AttackSuite.Read();
        var classes = Classes(suite, parsed.GetValue(s_classes) ?? []);
        var atOnce = parsed.GetValue(s_atOnce);
        if (atOnce is < 1 or > 64) throw new CommandFailure($"--at-once is {atOnce}; it is 1 to 64.");

        var url = Server.AddressOf(parsed);
        var key = KeyFor(parsed, url);
        var targets = new List<AttackTarget> { new("warm", url, key) };
        if (parsed.GetValue(s_coldUrl) is { } cold) targets.Add(new("cold", Client.Settings.CheckedUrl(cold), parsed.GetValue(s_coldKey) ?? key));
        try
        {
            foreach (var target in targets)
            {
                if (await target.OtherLimitsAsync(suite, stop) is { } others) throw new CommandFailure($"{target.Url} has other limits than the cases are written for: {others}. Try a deployment with the defaults");
            }

            var clock = Stopwatch.StartNew();
            var results = new List<ClassResult>();
            foreach (var target in targets)
            {
                foreach (var of in classes) results.Add(await TryAsync(suite, of, target, atOnce, stop));
            }

            if (parsed.GetValue(s_json)) await parsed.InvocationConfiguration.Output.WriteLineAsync(AttackResults.Json(results, clock.Elapsed));
            else AttackResults.Print(results, clock.Elapsed);
            return results.TrueForAll(result => result.Held) ? 0 : 1;
        }
        finally
        {
            targets.ForEach(target => target.Dispose());
        }
    }

    // All cases of a class, a few at a time. What the account was charged is compared when all are done: only then are the sums of both sides final.
    private static async Task<ClassResult> TryAsync(AttackSuite suite, AttackClass of, AttackTarget target, int atOnce, CancellationToken stop)
    {
        var cases = suite.Cases.Where(@case => @case.Class == of.Id).ToArray();
        var reports = new AttackReport[cases.Length];
        var before = await target.ChargedAsync(stop);
        var done = 0;
        await Parallel.ForAsync(0, cases.Length, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = stop }, async (i, token) =>
        {
            reports[i] = await new AttackRound(suite, target.ExecuteAsync, target.Key).RunAsync(cases[i], token);
            Say($"{target.Name} {of.Id} {Interlocked.Increment(ref done)}/{cases.Length}: {cases[i].Program}: {(reports[i].Findings.Count == 0 ? "held" : "DID NOT HOLD")}");
        });
        var charged = await target.ChargedAsync(stop) - before;
        var answered = reports.Sum(report => report.Cost);
        return new ClassResult(target.Name, of, reports, charged is null || charged == answered ? null : $"the account was charged {charged}, the answers say {answered}", charged is not null);
    }

    private static List<AttackClass> Classes(AttackSuite suite, string[] letters)
    {
        var unknown = letters.Where(letter => suite.Classes.All(of => of.Id != letter)).ToList();
        return unknown.Count == 0
            ? [.. suite.Classes.Where(of => letters.Length == 0 || letters.Contains(of.Id))]
            : throw new CommandFailure($"--class {unknown[0]}: there is no such class; there are {string.Join(", ", suite.Classes.Select(of => $"{of.Id} ({of.Name})"))}.");
    }

    private static string KeyFor(ParseResult parsed, string url) => parsed.GetValue(s_key) switch
    {
        "-" => Console.ReadLine()?.Trim() is { Length: > 0 } line ? line : throw new CommandFailure("--key -: standard input holds no key."),
        { Length: > 0 } given => given,
        _ => Server.Variable("MAYFLY_API_KEY") ?? SavedKeys.Load().Keys.GetValueOrDefault(url) ?? throw new CommandFailure($"there is no key for {url}. Save one: mayfly login --url {url}; or set MAYFLY_API_KEY"),
    };

    // Progress is for people who wait.
    private static void Say(string line)
    {
        if (!Console.IsErrorRedirected) Console.Error.WriteLine(line);
    }
}
