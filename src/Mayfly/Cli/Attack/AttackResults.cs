using System.Text.Json;
using System.Text.Json.Serialization;
using Mayfly.Attacks;
using Spectre.Console;

namespace Mayfly.Cli.Attack;

/// <summary>All cases of one class at one target.</summary>
/// <param name="Target">"warm" or "cold".</param>
/// <param name="Class">Which.</param>
/// <param name="Reports">Its cases.</param>
/// <param name="Charge">What is wrong with the charges of all of them together; null: nothing, or nobody looked.</param>
/// <param name="ChargeSeen">Whether the key may ask what it was charged.</param>
internal sealed record ClassResult(string Target, AttackClass Class, IReadOnlyList<AttackReport> Reports, string? Charge, bool ChargeSeen)
{
    /// <summary>Everything held.</summary>
    public bool Held => Charge is null && Reports.All(report => report.Findings.Count == 0);

    /// <summary>"17/17": cases of which it holds.</summary>
    public string Count(Invariant invariant) => $"{Reports.Count(report => report.Findings.All(finding => finding.Invariant != invariant))}/{Reports.Count}";

    /// <summary>What did not hold, a sentence each.</summary>
    public IEnumerable<string> Broken => Reports.SelectMany(report => report.Findings.Select(finding => $"{finding.Invariant}: {finding.What}")).Concat(Charge is null ? [] : [$"{Invariant.Charge}: {Charge}"]);
}

/// <summary>The table, and the same as JSON.</summary>
internal static class AttackResults
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public static void Print(IReadOnlyList<ClassResult> results, TimeSpan took)
    {
        var table = new Table().NoBorder().AddColumns("class", "promise", "start");
        foreach (var name in (string[])["programs", "executions", "outcome", "canary", "clean state", "charge", "shape", "secrets"]) table.AddColumn(new TableColumn(name).RightAligned());
        foreach (var result in results)
        {
            table.AddRow([
                $"{result.Class.Id} {result.Class.Name}".EscapeMarkup(), result.Class.Promise, result.Target,
                $"{result.Reports.Count}", $"{result.Reports.Sum(report => report.Executions)}",
                result.Count(Invariant.Outcome), result.Count(Invariant.Canary), result.Count(Invariant.CleanState),
                !result.ChargeSeen ? "not seen" : result.Charge is null ? "exact" : "WRONG",
                result.Count(Invariant.Shape), result.Count(Invariant.Secrets)]);
        }

        Terminal.Write(table);
        foreach (var broken in results.SelectMany(result => result.Broken.Select(broken => $"{result.Target} {broken}"))) Console.WriteLine($"\nDID NOT HOLD {broken}");
        Console.WriteLine($"\n{results.Sum(result => result.Reports.Count)} cases in {took.TotalSeconds:0} s: {(results.All(result => result.Held) ? "everything held" : "NOT everything held")}");
        if (results.Any(result => !result.ChargeSeen)) Console.WriteLine("Charges were not looked at: the key lacks the scope usage.");
    }

    public static string Json(IReadOnlyList<ClassResult> results, TimeSpan took) => JsonSerializer.Serialize(
        new
        {
            held = results.All(result => result.Held),
            seconds = Math.Round(took.TotalSeconds, 1),
            results = results.Select(result => new
            {
                result.Target,
                @class = result.Class.Id,
                result.Class.Name,
                result.Class.Promise,
                charge = !result.ChargeSeen ? "not seen" : result.Charge ?? "exact",
                cases = result.Reports.Select(report => new { report.Case.Program, report.Case.Title, report.Case.Cases, report.Case.Copies, report.Ended, report.Executions, report.Findings }),
            }),
        },
        s_json);
}
