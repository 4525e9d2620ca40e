using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mayfly.Attacks;
using Mayfly.ContractTests;
using Mayfly.ContractTests.Differential;

[assembly: AssemblyFixture(typeof(Service))]

namespace Mayfly.ContractTests;

/// <summary>The running service that the suite talks to: an address and a key, nothing else.</summary>
/// <remarks>
/// Any implementation of the contract will do. Without the two variables every test is skipped and says which one is missing;
/// an address where nobody answers is a failure, not a skip.
/// </remarks>
public sealed class Service : IDisposable
{
    public const string UrlVariable = "MAYFLY_TEST_URL";
    public const string KeyVariable = "MAYFLY_TEST_KEY";
    public const string ExecutePath = "/v1/code-sandbox/execute";

    // Longer than any answer may take: 10.5 s of program, 2 s of queue, and a machine that is busy with the tests beside.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    // A service with six times the time for each program, and a full queue before it.
    private static readonly TimeSpan PatientAnswerLimit = TimeSpan.FromSeconds(200);

    // A full service says so and when to come back. A test of something else waits that long, but not for ever.
    private static readonly TimeSpan RefusalLimit = TimeSpan.FromSeconds(45);

    // Code goes out as it is written: escaping every non-ASCII character would hide how the service reads UTF-8.
    private static readonly JsonSerializerOptions Verbatim = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HttpClient? _client;
    private readonly Stalls _stalls = new();
    private readonly Lazy<Service> _patient = new(() => new Service(ColdService.UrlVariable, [ColdService.KeyVariable, KeyVariable], PatientAnswerLimit));
    private int _repeated;

    public Service()
        : this(UrlVariable, [KeyVariable], AnswerLimit)
    {
    }

    private Service(string urlVariable, string[] keyVariables, TimeSpan answerLimit)
    {
        var url = Environment.GetEnvironmentVariable(urlVariable);
        Key = keyVariables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(key => !string.IsNullOrEmpty(key)) ?? "";
        MissingPrerequisite = string.IsNullOrEmpty(url) ? $"{urlVariable} is not set: the address of a running service, such as http://127.0.0.1:8080"
            : Key.Length == 0 ? $"{keyVariables[0]} is not set: a key of the service at {url}, as printed by \"mayfly keys create\""
            : null;
        if (MissingPrerequisite is not null) return;

        Address = new Uri(url!, UriKind.Absolute);
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            BaseAddress = Address,
            Timeout = answerLimit,
            MaxResponseContentBufferSize = 64 * 1024 * 1024,
        };
    }

    /// <summary>Why nothing can be tested; null when everything can.</summary>
    public string? MissingPrerequisite { get; }

    public Uri Address { get; } = new("http://unconfigured.invalid");

    public string Key { get; }

    private HttpClient Client => _client ?? throw new InvalidOperationException(MissingPrerequisite);

    /// <summary>Executions that were run a second time, because the machine had stood still during the first.</summary>
    public int Repeated => Volatile.Read(ref _repeated);

    /// <summary>Another service than the one under test; the first key variable that is set counts.</summary>
    public static Service At(string urlVariable, params string[] keyVariables) => new(urlVariable, keyVariables, AnswerLimit);

    /// <summary>Runs a program and insists on an answer of the contract's shape.</summary>
    /// <remarks>One that ended too late while the machine stood still says nothing of the service: it is run once more, and that is said.</remarks>
    public async Task<Execution> ExecuteAsync(string code, string language)
    {
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        var execution = Execution.From(await PostAsync(RequestBody(code, language)));
        if (execution.ExecutionTimeMs <= Execution.LatestEndMs || _stalls.LongestSince(since) is not { } stall) return execution;

        Interlocked.Increment(ref _repeated);
        Console.Error.WriteLine($"{TestContext.Current.Test?.TestDisplayName}: ended after {execution.ExecutionTimeMs} ms, and the machine stood still for {stall.TotalMilliseconds:0} ms meanwhile: once more");
        return Execution.From(await PostAsync(RequestBody(code, language)));
    }

    /// <summary>Runs a program that needs much memory: where touching it takes the whole time limit, the service whose limit is longer is asked.</summary>
    /// <remarks>A page costs 2 µs on one machine and 60 on another; out of time says nothing of memory.</remarks>
    public async Task<Execution> ExecuteHungryAsync(string code, string language)
    {
        var execution = await ExecuteAsync(code, language);
        return execution.TimedOut ? await AskPatientAsync(code, language) ?? execution : execution;
    }

    /// <summary>Asks the service whose time limit is longer; null: there is none.</summary>
    public async Task<Execution?> AskPatientAsync(string code, string language)
    {
        if (_patient.Value.MissingPrerequisite is not null) return null;
        Console.Error.WriteLine($"{TestContext.Current.Test?.TestDisplayName}: out of time, so the service with more of it is asked");
        return Execution.From(await _patient.Value.PostAsync(RequestBody(code, language))) with { HadMoreTime = true };
    }

    public Task<Execution> PythonAsync(string code) => ExecuteAsync(code, "python");

    public Task<Execution> JavaScriptAsync(string code) => ExecuteAsync(code, "javascript");

    /// <summary>The body of a plain request.</summary>
    public static byte[] RequestBody(string code, string language) =>
        JsonSerializer.SerializeToUtf8Bytes(new { code, language }, Verbatim);

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>One POST to execute with the key; <paramref name="change"/> bends it.</summary>
    public HttpRequestMessage Post(byte[] body, Action<HttpRequestMessage>? change = null, string path = ExecutePath)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        change?.Invoke(request);
        return request;
    }

    /// <summary>Sends a <see cref="Post"/>; comes back later when the service is full or the sender is at a limit.</summary>
    public async Task<Answer> PostAsync(byte[] body, Action<HttpRequestMessage>? change = null, string path = ExecutePath)
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var answer = await SendAsync(Post(body, change, path), TestContext.Current.CancellationToken);
            if (!answer.IsRefusal || patience.Elapsed > RefusalLimit) return answer;
            await Task.Delay(answer.RetryAfter, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>One GET, with the key unless told otherwise.</summary>
    public Task<Answer> GetAsync(string path, bool withKey = true)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (withKey) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        return SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a request as it is: no key is added.</summary>
    public async Task<Answer> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, TestContext.Current.CancellationToken);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        using (request)
        using (var response = await Client.SendAsync(request, HttpCompletionOption.ResponseContentRead, both.Token))
        {
            var body = await response.Content.ReadAsByteArrayAsync(both.Token);
            var headers = response.Headers.Concat(response.Content.Headers).SelectMany(h => h.Value.Select(v => KeyValuePair.Create(h.Key, v)));
            return new Answer((int)response.StatusCode, [.. headers], body, clock.Elapsed);
        }
    }

    /// <summary>A connection for requests that no HTTP client would send.</summary>
    public Task<RawConnection> ConnectAsync() => RawConnection.OpenAsync(Address, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        if (_patient.IsValueCreated) _patient.Value.Dispose();
        _stalls.Dispose();
        _client?.Dispose();
    }
}

/// <summary>What every test class of the suite is: it has the service, or is skipped by the name of what is missing.</summary>
public abstract class ServiceTests
{
    protected ServiceTests(Service service)
    {
        Assert.SkipWhen(service.MissingPrerequisite is not null, service.MissingPrerequisite ?? "");
        Service = service;
    }

    protected Service Service { get; }

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;
}
