namespace Mayfly.ContractTests.Requests;

/// <summary>Headers of every answer, whatever it answers.</summary>
public sealed class HeaderTests(Service service) : ServiceTests(service)
{
    private static readonly byte[] Body = Service.RequestBody("print('<script>alert(1)</script>')", "python");

    private static readonly Table<Func<Service, Task<Answer>>> Answers = new()
    {
        ["200 of an execution"] = s => s.PostAsync(Body),
        ["400"] = s => s.PostAsync([]),
        ["401"] = s => s.PostAsync(Body, r => r.Headers.Remove("Authorization")),
        ["404"] = s => s.GetAsync("/nothing"),
        ["405"] = s => s.GetAsync(Service.ExecutePath),
        ["413"] = s => s.PostAsync(new byte[1_048_577], r => r.Headers.ExpectContinue = true),
        ["415"] = s => s.PostAsync(Body, r => r.Content!.Headers.ContentType = null),
        ["200 of runtimes"] = s => s.GetAsync("/v1/code-sandbox/runtimes"),
        ["200 of limits"] = s => s.GetAsync("/v1/code-sandbox/limits"),
        ["200 of usage"] = s => s.GetAsync("/v1/usage"),
        ["200 of live"] = s => s.GetAsync("/healthz/live", withKey: false),
    };

    public static IEnumerable<TheoryDataRow<string>> Rows => Answers.Rows;

    [Theory, MemberData(nameof(Rows)), Case("H22")]
    public async Task Every_answer_has_an_id_and_is_not_to_be_sniffed_or_kept(string claim)
    {
        var answer = await Answers[claim](Service);

        Assert.Equal(claim[..3], $"{answer.Status}");
        Assert.Matches("^[A-Za-z0-9._:-]{8,128}$", Assert.Single(answer.HeaderValues("X-Request-Id")));
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Contains("no-store", answer.Header("Cache-Control") ?? "none", StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Rows))]
    public async Task No_answer_says_what_serves_it_or_sets_a_cookie(string claim)
    {
        var answer = await Answers[claim](Service);

        foreach (var header in new[] { "Server", "X-Powered-By", "X-AspNet-Version", "Set-Cookie", "Via" }) Assert.Empty(answer.HeaderValues(header));
    }

    [Theory, MemberData(nameof(Rows))]
    public async Task Ids_differ(string claim)
    {
        var first = await Answers[claim](Service);
        var second = await Answers[claim](Service);

        Assert.NotEqual(first.Header("X-Request-Id"), second.Header("X-Request-Id"));
    }

    [Fact]
    public async Task CORS_is_off()
    {
        var simple = await Service.PostAsync(Body, r => r.Headers.TryAddWithoutValidation("Origin", "https://example.com"));
        var preflight = new HttpRequestMessage(HttpMethod.Options, Service.ExecutePath);
        preflight.Headers.TryAddWithoutValidation("Origin", "https://example.com");
        preflight.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");
        preflight.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", "authorization,content-type");
        var asked = await Service.SendAsync(preflight, Stop);

        foreach (var answer in new[] { simple, asked })
            Assert.DoesNotContain(answer.Headers, h => h.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(405, asked.Status);
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-00000000000000000000000000000000-0000000000000000-00")]
    [InlineData("nonsense")]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-and-more")]
    public async Task A_traceparent_of_any_kind_is_no_obstacle(string traceparent)
    {
        var answer = await Service.PostAsync(Body, r => r.Headers.TryAddWithoutValidation("traceparent", traceparent));

        Execution.From(answer).AssertExit(0);
    }

    [Fact]
    public async Task A_clients_own_request_id_cannot_forge_ours()
    {
        const string Forged = "forged-0123456789";

        var first = await Service.PostAsync(Body, r => r.Headers.TryAddWithoutValidation("X-Request-Id", Forged));
        var second = await Service.PostAsync(Body, r => r.Headers.TryAddWithoutValidation("X-Request-Id", Forged));

        Assert.Single(first.HeaderValues("X-Request-Id"));
        Assert.NotEqual(first.Header("X-Request-Id"), second.Header("X-Request-Id"));
    }

    [Fact, Case("H22")]
    public async Task Markup_that_a_program_prints_is_never_html()
    {
        var answer = await Service.PostAsync(Body, r => r.Headers.TryAddWithoutValidation("Accept", "text/html"));

        Execution.From(answer).AssertStdout("<script>alert(1)</script>\n");
        Assert.StartsWith("application/json", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
    }
}
