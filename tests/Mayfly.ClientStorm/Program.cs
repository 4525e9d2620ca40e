// The C# SDK's part of the storm (sdks/storm/storm.py says what is asked of it): mayfly-client-storm CALLS PARALLEL
using System.Collections.Concurrent;
using System.Globalization;
using Mayfly.Client;

var (calls, parallel) = (int.Parse(args[0], CultureInfo.InvariantCulture), int.Parse(args[1], CultureInfo.InvariantCulture));
using var mayfly = new MayflyClient();

var failed = new ConcurrentBag<(int Number, string Key)>();
var everything = Enumerable.Range(0, calls).Select(number => (Number: number, Key: Guid.NewGuid().ToString()));
await Parallel.ForEachAsync(everything, new ParallelOptions { MaxDegreeOfParallelism = parallel }, async (one, _) =>
{
    if (!await CallAsync(one.Number, one.Key)) failed.Add(one);
});

await Console.In.ReadLineAsync();
foreach (var (number, key) in failed)
{
    if (!await CallAsync(number, key)) return 1;
}

return 0;

// One call; its outcome is a line on stdout.
async Task<bool> CallAsync(int number, string key)
{
    var outcome = "result";
    try
    {
        var result = await mayfly.ExecuteAsync(new ExecuteRequest(string.Create(CultureInfo.InvariantCulture, $"print({number})"), Languages.Python), new CallOptions { IdempotencyKey = key });
        if (result.Termination is null && result.Stdout != string.Create(CultureInfo.InvariantCulture, $"{number}\n")) outcome = $"untyped: another program's output: {result.Stdout}";
    }
    catch (MayflyException error)
    {
        outcome = error.GetType().Name;
    }
#pragma warning disable CA1031 // That nothing else is thrown is what is tested.
    catch (Exception error)
#pragma warning restore CA1031
    {
        outcome = $"untyped: {error.Message}";
    }

    Console.WriteLine(outcome);
    return outcome == "result";
}
