using Mayfly.Client;

using var mayfly = new MayflyClient(); // MAYFLY_API_KEY and MAYFLY_BASE_URL, or new MayflyOptions { ApiKey = …, BaseUrl = … }
var result = await mayfly.CodeSandbox.ExecuteAsync(new ExecuteRequest("print(6 * 7)", Languages.Python));
Console.WriteLine($"{result.Stdout.TrimEnd()} {result.ExitCode} {result.Cost}");

// A program that fails or times out is a result; what is thrown is a MayflyException.
try
{
    using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
    var failed = await mayfly.ExecuteAsync(new ExecuteRequest("process.exit(3)", Languages.JavaScript), cancellationToken: patience.Token);
    Console.WriteLine(failed.TimedOut ? "too slow" : $"exit code {failed.ExitCode}");
}
catch (MayflyRateLimitException limited)
{
    Console.Error.WriteLine($"again in {limited.RetryAfter}");
}
catch (MayflyException error)
{
    Console.Error.WriteLine($"{error.Message} {error.RequestId}");
}
