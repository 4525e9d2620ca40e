using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace Mayfly.Client;

/// <summary>One call: tried, failed and tried again as docs/sdks.md says.</summary>
internal sealed class Transport(HttpClient http, Settings settings)
{
    private static readonly string Version = typeof(Transport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Who asks, for the server's operator.</summary>
    internal static readonly string UserAgent = $"mayfly-dotnet/{Version} dotnet/{Environment.Version}";

    /// <summary>Sends what is asked until it is answered, or cannot be.</summary>
    /// <param name="asked">The request.</param>
    /// <param name="read">Makes of a 2xx what the caller wants. A <see cref="JsonException"/>: the answer is not Mayfly's.</param>
    /// <param name="options">What this call does otherwise than its client.</param>
    /// <param name="cancellation">Hangs up.</param>
    /// <exception cref="MayflyException">There is no such answer; its class says why.</exception>
    public async Task<T> CallAsync<T>(Asked asked, Func<RawResponse, T> read, CallOptions? options, CancellationToken cancellation)
        where T : class
    {
        var timeout = Settings.Checked(options?.Timeout ?? settings.Timeout);
        var tries = 1 + Settings.Checked(options?.MaxRetries ?? settings.MaxRetries);
        for (var attempt = 1; ; attempt++)
        {
            var (done, failure) = await TryAsync(asked, read, timeout, cancellation).ConfigureAwait(false);
            if (done is not null) return done;

            failure!.Attempts = attempt;
            var wait = Retries.WaitBefore(attempt, failure.RetryAfter, Random.Shared.NextDouble());
            if (attempt == tries || wait is null || !Retries.IsWorthRetrying(failure.Status)) throw failure;
            await Task.Delay(wait.Value, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A request to a path of the API.</summary>
    public Asked Ask(HttpMethod method, string path) => new(method, new Uri(settings.BaseUrl + path));

    // One try. Cancellation is thrown; a failure that another try may mend is a value.
    private async Task<(T? Done, MayflyException? Failure)> TryAsync<T>(Asked asked, Func<RawResponse, T> read, TimeSpan timeout, CancellationToken cancellation)
        where T : class
    {
        cancellation.ThrowIfCancellationRequested();
        RawResponse response;
        try
        {
            response = await SendAsync(asked, timeout, cancellation).ConfigureAwait(false);
        }
        catch (Exception reason) when (reason is HttpRequestException or IOException)
        {
            // A cancelled request can look like a lost one.
            cancellation.ThrowIfCancellationRequested();
            return (null, Failures.Lost(asked, reason));
        }
        catch (OperationCanceledException reason) when (!cancellation.IsCancellationRequested)
        {
            return (null, Failures.Late(asked, timeout, reason));
        }

        if (response.Status is < 200 or > 299) return (null, Failures.From(asked, response));
        try
        {
            return (read(response), null);
        }
        catch (JsonException reason)
        {
            return (null, Failures.NotOurs(asked, response, reason.Message, reason));
        }
    }

    private async Task<RawResponse> SendAsync(Asked asked, TimeSpan timeout, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(asked.Method, asked.Url);
        if (asked.Body is { } body)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        if (settings.ApiKey is { } key) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(asked.Accept));
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        if (asked.IdempotencyKey is { } name) request.Headers.TryAddWithoutValidation("Idempotency-Key", name);

        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        until.CancelAfter(timeout);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, until.Token).ConfigureAwait(false);

        // JSON is UTF-8, whatever the header says.
        var bytes = await response.Content.ReadAsByteArrayAsync(until.Token).ConfigureAwait(false);
        return new RawResponse((int)response.StatusCode, response.Headers, Encoding.UTF8.GetString(bytes));
    }
}

/// <summary>What is asked of the server, the same in all tries of a call.</summary>
internal sealed record Asked(HttpMethod Method, Uri Url)
{
    public byte[]? Body { get; init; }

    public string Accept { get; init; } = "application/json";

    public string? IdempotencyKey { get; init; }

    /// <summary>As messages name it.</summary>
    public override string ToString() => $"{Method} {Url}";
}
