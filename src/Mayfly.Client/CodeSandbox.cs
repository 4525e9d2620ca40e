using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace Mayfly.Client;

/// <summary>Running programs.</summary>
public sealed class CodeSandbox
{
    private static readonly string Version = typeof(CodeSandbox).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Who asks, for the server's operator.</summary>
    internal static readonly string UserAgent = $"mayfly-dotnet/{Version} dotnet/{Environment.Version}";

    private readonly HttpClient _http;
    private readonly Settings _settings;

    internal CodeSandbox(HttpClient http, Settings settings) => (_http, _settings) = (http, settings);

    /// <summary>Runs one program and answers with what it did.</summary>
    /// <param name="request">The program.</param>
    /// <param name="options">What this call does otherwise than its client.</param>
    /// <param name="cancellationToken">Hangs up, which cancels the execution.</param>
    /// <exception cref="MayflyException">There is no result; its class says why.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async Task<ExecuteResult> ExecuteAsync(ExecuteRequest request, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        (await ExecuteWithResponseAsync(request, options, cancellationToken).ConfigureAwait(false)).Result;

    /// <summary>As <see cref="ExecuteAsync"/>, with status, headers and body of the answer.</summary>
    /// <inheritdoc cref="ExecuteAsync"/>
    public async Task<ResultWithResponse> ExecuteWithResponseAsync(ExecuteRequest request, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var body = JsonSerializer.SerializeToUtf8Bytes(request, ClientJson.Default.ExecuteRequest);
        var timeout = Settings.Checked(options?.Timeout ?? _settings.Timeout);
        var tries = 1 + Settings.Checked(options?.MaxRetries ?? _settings.MaxRetries);

        // The same for all tries of this call, so that a program whose answer was lost is not run again.
        var key = options?.IdempotencyKey ?? Guid.NewGuid().ToString();
        for (var attempt = 1; ; attempt++)
        {
            var (done, failure) = await TryAsync(body, key, timeout, cancellationToken).ConfigureAwait(false);
            if (done is not null) return done;

            failure!.Attempts = attempt;
            var wait = Retries.WaitBefore(attempt, failure.RetryAfter, Random.Shared.NextDouble());
            if (attempt == tries || wait is null || !Retries.IsWorthRetrying(failure.Status)) throw failure;
            await Task.Delay(wait.Value, cancellationToken).ConfigureAwait(false);
        }
    }

    // One try. Cancellation is thrown; a failure that another try may mend is a value.
    private async Task<(ResultWithResponse? Done, MayflyException? Failure)> TryAsync(byte[] body, string key, TimeSpan timeout, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var url = _settings.Execute;
        RawResponse response;
        try
        {
            response = await SendAsync(body, key, timeout, cancellation).ConfigureAwait(false);
        }
        catch (Exception reason) when (reason is HttpRequestException or IOException)
        {
            // A cancelled request can look like a lost one.
            cancellation.ThrowIfCancellationRequested();
            return (null, Failures.Lost(url, reason));
        }
        catch (OperationCanceledException reason) when (!cancellation.IsCancellationRequested)
        {
            return (null, Failures.Late(url, timeout, reason));
        }

        if (response.Status is < 200 or > 299) return (null, Failures.From(url, response));
        try
        {
            var result = JsonSerializer.Deserialize(response.Body, ClientJson.Default.ExecuteResult);
            return result is null
                ? (null, Failures.NotOurs(url, response, "its body is null.", null))
                : (new ResultWithResponse(result with { RequestId = response.RequestId }, response), null);
        }
        catch (JsonException reason)
        {
            return (null, Failures.NotOurs(url, response, reason.Message, reason));
        }
    }

    private async Task<RawResponse> SendAsync(byte[] body, string key, TimeSpan timeout, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _settings.Execute) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _settings.ApiKey);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);

        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        until.CancelAfter(timeout);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, until.Token).ConfigureAwait(false);

        // JSON is UTF-8, whatever the header says.
        var bytes = await response.Content.ReadAsByteArrayAsync(until.Token).ConfigureAwait(false);
        return new RawResponse((int)response.StatusCode, response.Headers, Encoding.UTF8.GetString(bytes));
    }
}
