using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mayfly.HostTests.Services;

/// <summary>The commands that talk to a server, as people start them, against a real one.</summary>
public sealed class ServerCommandsTests(CommandLineFixture service) : IClassFixture<CommandLineFixture>, IAsyncLifetime
{
    // Port 9 is nobody's here.
    private const string Nowhere = "http://127.0.0.1:9";

    private readonly string _own = Directory.CreateTempSubdirectory("mayfly-login-").FullName;

    private string Saved => Path.Combine(_own, "mayfly", "credentials.json");

    public async ValueTask InitializeAsync() => await service.StartAsync();

    [Fact]
    public async Task Run_passes_on_output_error_output_and_exit_code()
    {
        var ended = await RunAsync("import sys\nprint('out é')\nprint('err', file=sys.stderr)\nsys.exit(3)", "--language", "python", "-");
        Assert.Equal(new Ended(3, "out é\n", "err\n"), ended);
    }

    [Theory]
    [InlineData("a.py", "print(6 * 7)")]
    [InlineData("a.js", "console.log(6 * 7)")]
    [InlineData("tool", "#!/usr/bin/env node\nconsole.log(6 * 7)")]
    public async Task Run_knows_the_language_of_a_file(string name, string code)
    {
        var file = Path.Combine(_own, name);
        await File.WriteAllTextAsync(file, code, TestContext.Current.CancellationToken);
        Assert.Equal(new Ended(0, "42\n", ""), await RunAsync("", file));
    }

    [Fact]
    public async Task Run_says_as_json_all_that_the_server_says()
    {
        var ended = await RunAsync("raise SystemExit(4)", "--json", "--language", "python", "-");
        var result = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal((4, 4, 0.002m), (ended.ExitCode, result.GetProperty("exitCode").GetInt32(), result.GetProperty("cost").GetDecimal()));
    }

    [Fact]
    public async Task Run_says_why_a_program_was_ended()
    {
        var ended = await RunAsync("b = []\nwhile True: b.append(bytearray(1 << 20))", "--language", "python", "-");
        Assert.Equal((137, "mayfly: ended by the server's memory limit\n"), (ended.ExitCode, ended.Error));
    }

    [Theory]
    [InlineData(Nowhere, "uc-any", "Is the service running there")]
    [InlineData(null, "uc-wrong", "invalid_api_key")]
    [InlineData(null, null, "there is no key for")]
    [InlineData("gopher://x", "uc-any", "is not one of http or https")]
    public async Task Run_ends_with_125_when_the_service_does_not_run_it(string? url, string? key, string why)
    {
        var ended = await CommandLineFixture.RunAsync(_own, key, "print(1)", "run", "--url", url ?? service.Url, "--language", "python", "-");
        Assert.Equal((125, ""), (ended.ExitCode, ended.Output));
        Assert.StartsWith("mayfly: ", ended.Error, StringComparison.Ordinal);
        Assert.Contains(why, ended.Error, StringComparison.Ordinal);
        Assert.Single(ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Login_saves_a_key_that_only_its_owner_can_read_and_for_that_server_only()
    {
        var login = await CommandLineFixture.RunAsync(_own, null, service.Key + "\n", "login", "--url", service.Url + "/");
        Assert.Equal((0, ""), (login.ExitCode, login.Error));
        Assert.DoesNotContain(service.Key, login.Output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Saved));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(Saved)!));

        // The server of the login is the one that is meant from now on.
        Assert.Equal(0, (await CommandLineFixture.RunAsync(_own, null, "", "usage")).ExitCode);
        var elsewhere = await CommandLineFixture.RunAsync(_own, null, "", "usage", "--url", Nowhere);
        Assert.Contains("there is no key for", elsewhere.Error, StringComparison.Ordinal);

        Assert.Equal(0, (await CommandLineFixture.RunAsync(_own, null, "", "logout")).ExitCode);
        Assert.DoesNotContain("uc-", await File.ReadAllTextAsync(Saved, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_saves_no_key_that_the_server_refuses()
    {
        var login = await CommandLineFixture.RunAsync(_own, null, "uc-wrong\n", "login", "--url", service.Url);
        Assert.Equal((1, false), (login.ExitCode, File.Exists(Saved)));
        Assert.DoesNotContain("uc-wrong", login.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_saved_key_that_others_can_read_is_not_used()
    {
        await CommandLineFixture.RunAsync(_own, null, service.Key, "login", "--url", service.Url);
        File.SetUnixFileMode(Saved, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var usage = await CommandLineFixture.RunAsync(_own, null, "", "usage");
        Assert.Equal(1, usage.ExitCode);
        Assert.Contains($"chmod 600 {Saved}", usage.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_does_not_show_the_key_that_is_typed()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "/usr/bin/script is not installed");
        var start = new ProcessStartInfo("/usr/bin/script", ["-qec", $"dotnet {Host.App}/mayfly.dll login --url {service.Url}", "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["XDG_CONFIG_HOME"] = _own;
        using var terminal = Process.Start(start)!;

        // Typed when it is asked for: what comes earlier is the terminal's.
        var seen = new StringBuilder();
        var letters = new char[256];
        while (!seen.ToString().Contains("not shown", StringComparison.Ordinal))
        {
            var count = await terminal.StandardOutput.ReadAsync(letters, TestContext.Current.CancellationToken);
            Assert.True(count > 0, seen.ToString());
            seen.Append(letters, 0, count);
        }

        await Task.Delay(300, TestContext.Current.CancellationToken);
        await terminal.StandardInput.WriteAsync(service.Key + "\r");
        await terminal.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        seen.Append(await terminal.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await terminal.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains("saved for", seen.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(service.Key[5..], seen.ToString(), StringComparison.Ordinal);
        Assert.Contains(service.Key, await File.ReadAllTextAsync(Saved, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Usage_is_a_table_json_or_csv_of_the_same_sums()
    {
        await RunAsync("print(1)", "--language", "python", "-");
        var json = JsonDocument.Parse((await service.RunAsync(service.Key, "", "usage", "--url", service.Url, "--json")).Output).RootElement;
        var csv = (await service.RunAsync(service.Key, "", "usage", "--url", service.Url, "--csv")).Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var table = (await service.RunAsync(service.Key, "", "usage", "--url", service.Url)).Output;

        var executions = json.GetProperty("executions").GetInt64();
        Assert.True(executions > 0);
        Assert.StartsWith("day,key_id,", csv[0], StringComparison.Ordinal);
        Assert.Equal(executions, csv.Skip(1).Sum(line => long.Parse(line.Split(',')[^2], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Matches($@"all +{executions} +{json.GetProperty("cost").GetDecimal():0.000###}", table);
    }

    [Fact]
    public async Task Runtimes_need_no_key()
    {
        var runtimes = await CommandLineFixture.RunAsync(_own, null, "", "runtimes", "--url", service.Url);
        Assert.Equal(0, runtimes.ExitCode);
        Assert.Matches(@"python +3\.\d+\.\d+.*numpy \d", runtimes.Output);
        Assert.Matches(@"javascript +22\.\d+\.\d+.*lodash \d", runtimes.Output);
    }

    [Fact]
    public async Task Doctor_tells_what_a_client_of_the_server_misses()
    {
        var well = await service.RunAsync(service.Key, "", "doctor", "--url", service.Url, "--json");
        var report = JsonDocument.Parse(well.Output).RootElement;
        Assert.True(report.GetProperty("ok").GetBoolean(), well.Output);
        Assert.Equal(["server", "transport", "ready", "key", "runtimes"], report.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("name").GetString()!));

        var refused = await service.RunAsync("uc-wrong", "", "doctor", "--url", service.Url);
        Assert.Equal(1, refused.ExitCode);
        Assert.Matches(@"FAIL +key .*invalid_api_key.*mayfly login", refused.Output);

        var away = await service.RunAsync("uc-any", "", "doctor", "--url", Nowhere);
        Assert.Equal(1, away.ExitCode);
        Assert.Matches(@"^FAIL +server ", away.Output);
    }

    [Fact]
    public async Task Keys_of_a_server_are_made_changed_listed_and_revoked_from_afar()
    {
        async Task<Ended> Keys(params string[] arguments) => await service.RunAsync(service.Key, "", ["keys", .. arguments, "--url", service.Url]);

        var created = JsonDocument.Parse((await Keys("create", "--name", "far", "--scopes", "execute", "--rate", "7", "--json")).Output).RootElement;
        var (id, secret) = (created.GetProperty("id").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture), created.GetProperty("key").GetString()!);
        Assert.Equal(7, created.GetProperty("ratePerMinute").GetInt32());
        Assert.Equal(0, (await service.RunAsync(secret, "print(1)", "run", "--url", service.Url, "--language", "python", "-")).ExitCode);

        var changed = JsonDocument.Parse((await Keys("change", id, "--name", "farther", "--budget-usd", "1.5")).Output).RootElement;
        Assert.Equal(("farther", 1.5m, 7), (changed.GetProperty("name").GetString(), changed.GetProperty("budgetUsd").GetDecimal(), changed.GetProperty("ratePerMinute").GetInt32()));

        Assert.Equal(0, (await Keys("revoke", id)).ExitCode);
        Assert.Matches($@"{id} +default +farther .*revoked", (await Keys("list")).Output);
        Assert.DoesNotContain(secret, (await Keys("list", "--json")).Output, StringComparison.Ordinal);

        Assert.Equal("mayfly: there is no key 999999; `mayfly keys list` shows them\n", (await Keys("revoke", "999999")).Error);
        var unauthorised = await service.RunAsync(secret, "", "keys", "list", "--url", service.Url);
        Assert.Equal(1, unauthorised.ExitCode);
    }

    [Fact]
    public async Task Every_block_of_docs_cli_does_what_it_says()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Host.Repository, "docs/cli.md"), TestContext.Current.CancellationToken);
        var blocks = Regex.Matches(page, "^```sh\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", RegexOptions.Multiline | RegexOptions.Singleline);
        Assert.Equal(7, blocks.Count);
        await File.WriteAllTextAsync(Path.Combine(_own, "key.txt"), service.Key, TestContext.Current.CancellationToken);
        foreach (Match block in blocks)
        {
            var script = $"mayfly() {{ dotnet {Host.App}/mayfly.dll \"$@\"; }}\n{block.Groups[1].Value.Replace("http://127.0.0.1:8080", service.Url, StringComparison.Ordinal)}";
            var start = new ProcessStartInfo("bash", ["-euc", script]) { WorkingDirectory = _own, RedirectStandardOutput = true };
            start.Environment["XDG_CONFIG_HOME"] = _own;
            start.Environment.Remove("MAYFLY_API_KEY");
            start.Environment.Remove("MAYFLY_BASE_URL");
            using var shell = Process.Start(start)!;
            var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(shell.ExitCode == 0, $"{block.Value}: {output}");
            Assert.All(block.Groups[2].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains(line, output, StringComparison.Ordinal));
        }

        Assert.StartsWith("day,", await File.ReadAllTextAsync(Path.Combine(_own, "usage.csv"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_own, recursive: true);
        return ValueTask.CompletedTask;
    }

    private Task<Ended> RunAsync(string input, params string[] arguments) => service.RunAsync(service.Key, input, ["run", "--url", service.Url, .. arguments]);
}
