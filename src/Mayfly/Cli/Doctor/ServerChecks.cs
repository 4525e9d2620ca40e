using Mayfly.Api;
using Mayfly.Cli.Remote;
using Mayfly.Client;

namespace Mayfly.Cli.Doctor;

/// <summary>A server as its clients see it: the way there, whether it takes work, the key.</summary>
internal static class ServerChecks
{
    public static async Task<List<Finding>> RunAsync(string url, CancellationToken stop)
    {
        using var server = Server.Open(url, needsKey: false);
        var findings = new List<Finding> { await AnswersAsync(server, stop) };
        if (findings[0].Verdict == Verdict.Fail) return findings;

        findings.Add(Transport(server));
        findings.Add(await ReadyAsync(server, stop));
        findings.Add(await KeyAsync(server, stop));
        findings.Add(await RuntimesAsync(server, stop));
        return findings;
    }

    private static async Task<Finding> AnswersAsync(Server server, CancellationToken stop)
    {
        try
        {
            await server.GetAsync("/healthz/live", "application/json", retries: 0, stop);
            return Finding.Pass("server", $"answers at {server.Address}");
        }
        catch (MayflyException reason)
        {
            return Finding.Fail("server", reason.Message, "start it (./mayfly up), or correct --url");
        }
    }

    private static Finding Transport(Server server) => LoginCommand.IsReadableOnTheWay(new Uri(server.Address))
        ? Finding.Caution("transport", "no TLS: the key and the programs can be read on the way", "put a proxy with TLS in front of it, and use https")
        : Finding.Pass("transport", server.Address.StartsWith("https:", StringComparison.Ordinal) ? "TLS" : "does not leave this machine");

    private static async Task<Finding> ReadyAsync(Server server, CancellationToken stop)
    {
        try
        {
            await server.GetAsync("/healthz/ready", "application/json", retries: 0, stop);
            return Finding.Pass("ready", "takes executions");
        }
        catch (MayflyException reason)
        {
            return Finding.Fail("ready", reason.Message, $"read {server.Address}/healthz/ready and the service's log");
        }
    }

    private static async Task<Finding> KeyAsync(Server server, CancellationToken stop)
    {
        if (!server.HasKey) return Finding.Fail("key", $"there is none for {server.Address}", $"mayfly login --url {server.Address}");
        try
        {
            await server.GetAsync("/v1/usage", "application/json", null, stop);
            return Finding.Pass("key", "valid");
        }
        catch (MayflyPermissionException)
        {
            return Finding.Pass("key", "valid, without the scope usage");
        }
        catch (MayflyException reason)
        {
            return Finding.Fail("key", reason.Message, $"mayfly login --url {server.Address}");
        }
    }

    private static async Task<Finding> RuntimesAsync(Server server, CancellationToken stop)
    {
        try
        {
            var runtimes = await server.GetAsync("/v1/code-sandbox/runtimes", ApiJson.Readable.RuntimesAnswer, stop);
            return Finding.Pass("runtimes", string.Join(", ", runtimes.Languages.Select(language => $"{language.Language} {language.Version}")));
        }
        catch (MayflyException reason)
        {
            return Finding.Fail("runtimes", reason.Message, "read the service's log");
        }
    }
}
