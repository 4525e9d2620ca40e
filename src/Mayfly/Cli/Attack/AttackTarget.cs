using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Mayfly.Attacks;

namespace Mayfly.Cli.Attack;

/// <summary>A deployment under attack: an address and a key, nothing else.</summary>
/// <remarks>Not through the SDK: what is judged is each answer as it came, and the SDK tries failures again.</remarks>
internal sealed class AttackTarget : IDisposable
{
    // Longer than any answer may take: 10.5 s of program, 2 s of queue, and a way there that is slow.
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(60);

    // A full service says so and when to come back; that is no verdict on a case, but not for ever.
    private static readonly TimeSpan s_refusalLimit = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http;
    private readonly Stalls _stalls = new();

    public AttackTarget(string name, string url, string key)
    {
        (Name, Key, Url) = (name, key, url);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(url + "/"), Timeout = s_answerLimit, MaxResponseContentBufferSize = 64 << 20 };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>"warm" or "cold".</summary>
    public string Name { get; }

    public string Url { get; }

    public string Key { get; }

    /// <summary>Runs a program.</summary>
    /// <exception cref="ShapeException">There is no answer of the contract's shape.</exception>
    public async Task<ContractResult> ExecuteAsync(string code, string language, CancellationToken stop)
    {
        var since = Stopwatch.GetTimestamp();
        var result = await PostAsync(code, language, stop);

        // A machine that stood still could not end a program on time; where service and attacker share it, that is no verdict.
        return result.ExecutionTimeMs > ContractResult.LatestEndMs && _stalls.LongestSince(since) is not null ? await PostAsync(code, language, stop) : result;
    }

    /// <summary>What is not as the suite was written for; null: nothing.</summary>
    /// <exception cref="CommandFailure">The server does not say.</exception>
    public async Task<string?> OtherLimitsAsync(AttackSuite suite, CancellationToken stop)
    {
        var limits = await GetAsync("v1/code-sandbox/limits", stop) ?? throw new CommandFailure($"{Url} does not tell its limits: is it a Mayfly?");
        var others = suite.Limits
            .Where(limit => !limits.TryGetProperty(limit.Key, out var value) || value.ValueKind != JsonValueKind.Number || value.GetDecimal() != limit.Value)
            .Select(limit => $"{limit.Key} is {(limits.TryGetProperty(limit.Key, out var value) ? value.GetRawText() : "missing")}, not {limit.Value}")
            .ToList();
        return others.Count == 0 ? null : string.Join("; ", others);
    }

    /// <summary>What the key's account was charged so far; null: the key may not ask.</summary>
    public async Task<decimal?> ChargedAsync(CancellationToken stop) => (await GetAsync("v1/usage", stop))?.GetProperty("cost").GetDecimal();

    public void Dispose()
    {
        _stalls.Dispose();
        _http.Dispose();
    }

    // Null: refused.
    private async Task<JsonElement?> GetAsync(string path, CancellationToken stop)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), stop);
            return answer.StatusCode == HttpStatusCode.Unauthorized
                ? throw new CommandFailure($"{Url} refuses the key. Make one there: mayfly keys create")
                : answer.IsSuccessStatusCode ? (await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(stop), default, stop)).RootElement : null;
        }
        catch (HttpRequestException reason)
        {
            throw new CommandFailure($"{Url} cannot be reached: {reason.Message}. Is the service running there?");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<ContractResult> PostAsync(string code, string language, CancellationToken stop)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var answer = await _http.PostAsJsonAsync(new Uri("v1/code-sandbox/execute", UriKind.Relative), new { code, language }, stop);
                if ((int)answer.StatusCode is 429 or 503 && answer.Headers.RetryAfter?.Delta is { } wait && patience.Elapsed < s_refusalLimit)
                {
                    await Task.Delay(wait < TimeSpan.FromSeconds(5) ? wait : TimeSpan.FromSeconds(5), stop);
                    continue;
                }

                var body = await answer.Content.ReadAsByteArrayAsync(stop);
                if (!answer.IsSuccessStatusCode) throw new ShapeException($"HTTP {(int)answer.StatusCode} instead of a result");
                using var json = JsonDocument.Parse(body);
                return ContractResult.Read((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), json.RootElement);
            }
            catch (JsonException reason)
            {
                throw new ShapeException($"the body is no JSON: {reason.Message}");
            }
            catch (HttpRequestException reason)
            {
                throw new ShapeException($"no answer: {reason.Message}");
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                throw new ShapeException($"no answer within {s_answerLimit.TotalSeconds} s");
            }
        }
    }
}
