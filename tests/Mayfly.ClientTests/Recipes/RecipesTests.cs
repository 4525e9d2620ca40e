using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Example;
using Mayfly.Client;
using Microsoft.SemanticKernel;

namespace Mayfly.ClientTests.Recipes;

/// <summary>docs/recipes/dotnet-ai.md, with the real packages, against a running service; the model says what it is told here.</summary>
public sealed partial class RecipesTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_shows_the_code_that_is_compiled_here()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "recipes", "dotnet-ai.md"), Now);
        string[] compiled = [await File.ReadAllTextAsync(Beside("Assistant.cs"), Now), await File.ReadAllTextAsync(Beside("Plugins.cs"), Now)];
        Assert.Equal(compiled, Snippets().Matches(page).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public async Task A_chat_client_runs_what_the_model_asks_for_and_tells_it_what_came_of_it()
    {
        using var mayfly = Client();
        using var model = new ScriptedModel("print(6 * 7)");
        Assert.Equal("42\n", await Assistant.AskAsync(model, mayfly, "What is 6 * 7?"));
    }

    [Fact]
    public async Task A_kernel_runs_it_as_a_plugins_function()
    {
        using var mayfly = Client();
        var kernel = new Kernel();
        Plugins.AddMayfly(kernel, mayfly);
        var result = await kernel.InvokeAsync("mayfly", "run_code", new KernelArguments { ["code"] = "print(6 * 7)", ["language"] = "python" }, Now);
        Assert.Equal("42\n", result.GetValue<JsonElement>().GetProperty("stdout").GetString());
    }

    private static MayflyClient Client()
    {
        var (url, key) = (Environment.GetEnvironmentVariable("MAYFLY_TEST_URL"), Environment.GetEnvironmentVariable("MAYFLY_TEST_KEY"));
        Assert.SkipWhen(url is null || key is null, "needs a service: MAYFLY_TEST_URL and MAYFLY_TEST_KEY");
        return new MayflyClient(new MayflyOptions { BaseUrl = url, ApiKey = key });
    }

    private static string Beside(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, file);

    [GeneratedRegex("^```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Snippets();
}
