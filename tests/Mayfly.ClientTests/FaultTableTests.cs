using Mayfly.Client;

namespace Mayfly.ClientTests;

/// <summary>The same outcome, error, number of tries and charges as in the other SDKs.</summary>
public sealed class FaultTableTests(FaultRuns runs) : IClassFixture<FaultRuns>
{
    public static TheoryData<string> Names => [.. Fault.Table.Select(fault => fault.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Every_fault_ends_as_the_table_says(string name)
    {
        var fault = Fault.Table.Single(one => one.Name == name);
        var (outcome, error, seen) = runs.Outcomes[name];

        Assert.True(outcome == fault.Outcome, $"{outcome} instead of {fault.Outcome}: {error}");
        Assert.Empty(seen.Wrong);
        if (!fault.Refused) Assert.Equal((fault.Attempts, fault.Charges), (seen.Attempts, seen.Charges));
        if (error is not MayflyException failure) return;
        Assert.Equal(fault.Attempts, failure.Attempts);
        Assert.Equal(fault.Status, failure.Status);
        Assert.Equal(fault.Code, failure.Code);
        Assert.Equal(fault.RetryAfter, failure.RetryAfter?.TotalSeconds);
        Assert.Equal(fault.Status is null ? null : "stub", failure.RequestId);
        Assert.DoesNotContain("uc-test", failure.ToString(), StringComparison.Ordinal);
    }
}

/// <summary>All cases, run at once: most of them wait.</summary>
public sealed class FaultRuns : IAsyncLifetime
{
    private Stub _stub = null!;

    internal Dictionary<string, (string Outcome, Exception? Error, Report Seen)> Outcomes { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        _stub = await Stub.StartAsync();
        var runs = await Task.WhenAll(Fault.Table.Select(RunAsync));
        Outcomes = Fault.Table.Zip(runs).ToDictionary(pair => pair.First.Name, pair => pair.Second);
    }

    public ValueTask DisposeAsync()
    {
        _stub.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<(string Outcome, Exception? Error, Report Seen)> RunAsync(Fault fault, int index)
    {
        var (baseUrl, report) = _stub.RunOf(index);
        using var client = new MayflyClient(new MayflyOptions { ApiKey = "uc-test", BaseUrl = baseUrl, Timeout = TimeSpan.FromMilliseconds(fault.TimeoutMs), MaxRetries = fault.MaxRetries });
        using var cancel = new CancellationTokenSource();
        var call = client.ExecuteAsync(new ExecuteRequest("print('hello')", Languages.Python), cancellationToken: cancel.Token);
        if (fault.Cancel)
        {
            while ((await report()).Attempts == 0) await Task.Delay(20);

            // What comes of the try itself (a refusal, a first byte) has come by then, or the case is about its not coming.
            await Task.Delay(200);
            await cancel.CancelAsync();
        }

        try
        {
            await call;
            return ("result", null, await report());
        }
        catch (OperationCanceledException error)
        {
            return ("cancelled", error, await report());
        }
        catch (MayflyException error)
        {
            // MayflyTimeoutException here is TimeoutError in the other languages.
            return (error.GetType().Name["Mayfly".Length..].Replace("Exception", "Error", StringComparison.Ordinal), error, await report());
        }
    }
}
