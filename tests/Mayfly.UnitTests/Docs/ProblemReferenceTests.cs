using System.Globalization;
using System.Text;
using Mayfly.Api;
using Mayfly.Api.Reference;
using Mayfly.Client;

namespace Mayfly.UnitTests.Docs;

public sealed class ProblemReferenceTests
{
    [Fact]
    public void Api_lists_every_problem_code()
    {
        var table = new StringBuilder("\n| status | code | title |\n|---|---|---|\n");
        foreach (var code in Enum.GetValues<ProblemCode>())
        {
            var kind = Problems.Kind(code);
            table.Append(CultureInfo.InvariantCulture, $"| {string.Join(", ", Problems.Statuses(code))} | `{kind.Code}` | {kind.Title} |\n");
        }

        GeneratedSection.MustBe("docs/api.md", "problems", table.Append('\n').ToString());
    }

    [Fact]
    public void Errors_page_says_when_each_is_met_and_what_to_do()
    {
        var text = new StringBuilder("\n");
        foreach (var code in Enum.GetValues<ProblemCode>())
        {
            var (when, remedy) = ProblemHelp.Of(code);
            text.Append(CultureInfo.InvariantCulture, $"""
                ### `{Problems.Kind(code).Code}`

                {string.Join(" or ", Problems.Statuses(code))} · {Problems.Kind(code).Title} · {string.Join(" or ", Problems.Statuses(code).Select(status => InSdks(code, status)).Distinct())}

                {when} {remedy}


                """);
        }

        GeneratedSection.MustBe("docs/errors.md", "errors", text.ToString());
    }

    // What the C# SDK makes of it; the others by the same rules (sdks/faults/table.json).
    private static string InSdks(ProblemCode code, int status)
    {
        using var response = new HttpResponseMessage();
        var body = $$"""{"code": "{{Problems.Kind(code).Code}}", "detail": "x"}""";
        var failure = Failures.From(new Asked(HttpMethod.Post, new Uri("http://127.0.0.1")), new RawResponse(status, response.Headers, body));
        var name = failure.GetType().Name["Mayfly".Length..^"Exception".Length];
        return $"`{name}Error`, C# `Mayfly{name}Exception` · {(Retries.IsWorthRetrying(status) ? "tried again by the SDKs" : "not tried again")}";
    }
}
