using System.CommandLine;
using Mayfly.Accounts;
using Mayfly.Api;

namespace Mayfly.Cli;

/// <summary>The unprivileged part of <c>mayfly serve</c>: the HTTP side, with mayfly-cells on <see cref="Handover.ControlDescriptor"/>.</summary>
internal static class GatewayCommand
{
    public static Command Create()
    {
        var firstKey = new Option<bool>("--first-key");
        var command = new Command("gateway", "Started by mayfly-cells for `mayfly serve`.") { firstKey };
        command.Hidden = true;
        Settings.AddTo(command);
        command.SetAction((parsed, _) => GatewayHost.RunAsync(
            Settings.Read(parsed),
            Handover.ControlDescriptor,
            parsed.GetValue(firstKey) ? Welcome.WithFirstKeyAsync : Welcome.AsReadyAsync));
        return command;
    }
}

/// <summary>What the person at the terminal sees when the service is ready.</summary>
internal static class Welcome
{
    public static Task AsReadyAsync(KeyStore keys, Uri address)
    {
        Console.WriteLine($"Mayfly is ready at {Reachable(address)}");
        return Task.CompletedTask;
    }

    /// <summary>The same, and on the first start a key with a request to paste. The key is not shown again.</summary>
    public static async Task WithFirstKeyAsync(KeyStore keys, Uri address)
    {
        await AsReadyAsync(keys, address);
        if (await CreateFirstAsync(keys) is { } secret)
        {
            Print(secret, address);
        }
        else
        {
            Console.WriteLine("Create another key: ./mayfly keys create --name NAME");
        }
    }

    /// <summary>The first key's secret; null if there is a key already.</summary>
    public static async Task<string?> CreateFirstAsync(KeyStore keys) =>
        (await keys.ListAsync()).Count > 0 ? null : (await keys.CreateAsync(new KeyTerms("first"))).Secret;

    public static void Print(string secret, Uri address) => Console.WriteLine(
        $$"""

        The first API key, shown this once:

          {{secret}}

        Try it:

          curl -s {{Reachable(address)}}/v1/code-sandbox/execute \
            -H 'Authorization: Bearer {{secret}}' -H 'Content-Type: application/json' \
            -d '{"language": "python", "code": "import pandas as pd\nprint(pd.DataFrame({\"a\": [1, 2, 3]}).sum())"}'

        API reference: {{Reachable(address)}}/docs
        """);

    // A wildcard address is nothing to connect to.
    private static string Reachable(Uri address) =>
        address.Host is "0.0.0.0" or "[::]" ? $"http://127.0.0.1:{address.Port}" : address.GetLeftPart(UriPartial.Authority);
}
