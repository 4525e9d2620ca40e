namespace Mayfly.ContractTests.Requests;

/// <summary>Unknown paths and methods are refused in the same shape as everything else.</summary>
public sealed class RoutingTests(Service service) : ServiceTests(service)
{
    [Theory, Case("H17")]
    [InlineData("/v1")]
    [InlineData("/v2/code-sandbox/execute")]
    [InlineData("/v1/code-sandbox")]
    [InlineData("/v1/code-sandbox/executes")]
    [InlineData("/v1/code-sandbox/execute/now")]
    [InlineData("/v1/code-sandbox/nothing")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/api/v1/code-sandbox/execute")]
    [InlineData("/code-sandbox/execute")]
    [InlineData("/healthz/nothing")]
    [InlineData("/openapi/v9.json")]
    [InlineData("/nothing")]
    [InlineData("/admin")]
    [InlineData("/.env")]
    [InlineData("/.git/config")]
    [InlineData("/appsettings.json")]
    [InlineData("/v1/..%2f..%2f..%2fetc/passwd")]
    [InlineData("/nothing?x=%00%ff<script>")]
    [InlineData("/%F0%9F%98%80")]
    public async Task Unknown_path_is_404(string path)
    {
        Problem.Expect(await Service.GetAsync(path), 404);
        Problem.Expect(await Service.PostAsync(Service.RequestBody("print(1)", "python"), path: path), 404);
    }

    [Theory, Case("H17")]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("PROPFIND")]
    public async Task Execute_takes_POST_alone(string method)
    {
        foreach (var prefix in new[] { "", "/api" })
        {
            var answer = await Service.SendAsync(WithKey(new HttpMethod(method), prefix + Service.ExecutePath), Stop);

            Problem.Expect(answer, 405);
            Assert.Equal("POST", answer.Header("Allow"));
        }
    }

    [Fact, Case("H17")]
    public async Task HEAD_of_execute_is_405_without_a_body()
    {
        var answer = await Service.SendAsync(WithKey(HttpMethod.Head, Service.ExecutePath), Stop);

        Assert.Equal(405, answer.Status);
        Assert.Empty(answer.Body);
    }

    [Theory, Case("H17")]
    [InlineData("/v1/code-sandbox/runtimes")]
    [InlineData("/v1/code-sandbox/limits")]
    [InlineData("/v1/usage")]
    [InlineData("/healthz/live")]
    [InlineData("/healthz/ready")]
    [InlineData("/metrics")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/docs")]
    public async Task What_is_read_takes_no_POST(string path)
    {
        var answer = await Service.PostAsync(Service.RequestBody("print(1)", "python"), path: path);

        Problem.Expect(answer, 405);
        Assert.Contains("GET", answer.Header("Allow"), StringComparison.Ordinal);
    }

    private HttpRequestMessage WithKey(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Service.Key}");
        return request;
    }
}
