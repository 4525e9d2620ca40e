using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Mayfly.HostTests.Services;

namespace Mayfly.HostTests.Faults;

/// <summary>Clients that go on asking while something breaks, and judge every answer.</summary>
/// <remarks>
/// An answer is right (the program's output, one price), refused (500 or 503 with a known code, at no cost), or wrong. No answer at all
/// is what only a gateway's death may cause.
/// </remarks>
internal sealed class FaultLoad : IAsyncDisposable
{
    private const decimal Price = 0.002m;
    private static readonly string[] s_refusals = ["infrastructure_failure", "overloaded", "draining"];

    // Some end at once and some are always in the middle of something.
    private static readonly (string Code, string Language)[] s_programs =
    [
        ("print(1)", "python"), ("console.log(1)", "javascript"), ("import time; time.sleep(0.4); print(1)", "python"), ("setTimeout(() => console.log(1), 400)", "javascript"),
    ];

    private readonly RunningService _service;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<string> _wrong = [];
    private readonly long _chargedBefore;
    private readonly Task[] _clients;
    private readonly Lock _gap = new();
    private TimeSpan _longestGap;
    private long _lastRight = Stopwatch.GetTimestamp();
    private int _right, _refused, _unanswered;

    private FaultLoad(RunningService service, int clients, long chargedBefore)
    {
        (_service, _chargedBefore) = (service, chargedBefore);
        _clients = [.. Enumerable.Range(0, clients).Select(client => Task.Run(() => AskOnAsync(client)))];
    }

    /// <summary>Right answers so far.</summary>
    public int Right => Volatile.Read(ref _right);

    /// <summary>Refusals so far.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>The longest time without a right answer to any of its clients since the last look, or since the start.</summary>
    public TimeSpan LongestGap()
    {
        lock (_gap)
        {
            var longest = _longestGap;
            _longestGap = TimeSpan.Zero;
            return longest;
        }
    }

    /// <summary>Starts it, and returns when it runs.</summary>
    public static async Task<FaultLoad> StartAsync(RunningService service, int clients = 6)
    {
        var load = new FaultLoad(service, clients, await ChargedAsync(service));
        try
        {
            await load.GoesOnAsync();
            return load;
        }
        catch
        {
            // Its clients would ask, and be charged, through every later test.
            await load.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for as many right answers as show that all is well.</summary>
    public async Task GoesOnAsync()
    {
        var before = Right;
        await RunningService.EventuallyAsync(() => Right >= before + 20, $"right answers stopped coming: {this}", _service.Patience);
    }

    /// <summary>Ends it, and holds every answer against the promises and the ledger.</summary>
    /// <param name="mayBeUnanswered">Requests that the gateway's own death may have left without an answer: charged or not.</param>
    public async Task EndAsync(int mayBeUnanswered = 0)
    {
        await StopAsync();
        TestContext.Current.TestOutputHelper!.WriteLine(ToString());
        Assert.Empty(_wrong);
        Assert.InRange(_unanswered, 0, mayBeUnanswered);
        Assert.InRange(await ChargedAsync(_service) - _chargedBefore, _right, _right + _unanswered);
    }

    public override string ToString() => $"{Right} right, {Refused} refused, {Volatile.Read(ref _unanswered)} unanswered, wrong: [{string.Join("; ", _wrong.Take(5))}]";

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
    }

    private async Task AskOnAsync(int client)
    {
        for (var number = client; !_stop.IsCancellationRequested; number++)
        {
            var (code, language) = s_programs[number % s_programs.Length];
            var begin = Stopwatch.GetTimestamp();
            try
            {
                var (status, body) = await _service.AskAsync(code, language);
                Judge(status, body, code);
                if (status != 200) await Task.Delay(50);
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref _unanswered);
                await Task.Delay(200);
            }
            catch (TaskCanceledException)
            {
                _wrong.Add($"no answer to {code} within {Stopwatch.GetElapsedTime(begin).TotalSeconds:0} s");
            }
        }
    }

    private void Judge(int status, JsonElement body, string code)
    {
        var cost = body.TryGetProperty("cost", out var field) ? field.GetDecimal() : 0;
        if (status == 200 && cost == Price && body.GetProperty("stdout").GetString() == "1\n" && body.GetProperty("exitCode").GetInt32() == 0) IsRight();
        else if (status is 500 or 503 && cost == 0 && s_refusals.Contains(body.GetProperty("code").GetString())) Interlocked.Increment(ref _refused);
        else _wrong.Add($"HTTP {status} to {code}: {body}");
    }

    private void IsRight()
    {
        lock (_gap)
        {
            var gap = Stopwatch.GetElapsedTime(_lastRight);
            if (gap > _longestGap) _longestGap = gap;
            _lastRight = Stopwatch.GetTimestamp();
        }

        Interlocked.Increment(ref _right);
    }

    private static async Task<long> ChargedAsync(RunningService service) => (await service.UsageAsync()).GetProperty("executions").GetInt64();
}
