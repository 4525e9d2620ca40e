namespace Mayfly.Client;

/// <summary>A client of a Mayfly service, for any number of threads. It keeps connections open: make one and keep it.</summary>
public sealed class MayflyClient : IDisposable
{
    private readonly HttpClient? _own;

    /// <summary>A client with connections of its own.</summary>
    /// <param name="options">Null: all from the environment.</param>
    /// <exception cref="MayflyException">There is no key, or an option makes no sense.</exception>
    public MayflyClient(MayflyOptions? options = null)
        : this(Settings.Of(options ?? new MayflyOptions()))
    {
    }

    internal MayflyClient(Settings settings)
    {
        _own = new HttpClient(CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        Transport = new Transport(_own, settings);
        CodeSandbox = new CodeSandbox(Transport);
    }

    /// <summary>A client that sends its requests by the given one, which stays its caller's.</summary>
    /// <remarks>What that one does by itself (a shorter timeout, redirects, retries) happens inside each try.</remarks>
    /// <param name="http">Sends the requests.</param>
    /// <param name="options">Null: all from the environment.</param>
    /// <exception cref="MayflyException">There is no key, or an option makes no sense.</exception>
    public MayflyClient(HttpClient http, MayflyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        Transport = new Transport(http, Settings.Of(options ?? new MayflyOptions()));
        CodeSandbox = new CodeSandbox(Transport);
    }

    /// <summary>Running programs.</summary>
    public CodeSandbox CodeSandbox { get; }

    /// <summary>For paths of the API without a method here: the commands of `mayfly`.</summary>
    internal Transport Transport { get; }

    /// <summary>Short form of <see cref="CodeSandbox.ExecuteAsync"/>.</summary>
    /// <inheritdoc cref="CodeSandbox.ExecuteAsync"/>
    public Task<ExecuteResult> ExecuteAsync(ExecuteRequest request, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        CodeSandbox.ExecuteAsync(request, options, cancellationToken);

    /// <summary>Short form of <see cref="CodeSandbox.ExecuteWithResponseAsync"/>.</summary>
    /// <inheritdoc cref="CodeSandbox.ExecuteAsync"/>
    public Task<ResultWithResponse> ExecuteWithResponseAsync(ExecuteRequest request, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        CodeSandbox.ExecuteWithResponseAsync(request, options, cancellationToken);

    /// <summary>Closes its own connections.</summary>
    public void Dispose() => _own?.Dispose();

    internal static SocketsHttpHandler CreateHandler() => new()
    {
        // Another host must not get the program.
        AllowAutoRedirect = false,

        // A name that leads elsewhere by now is looked up again.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };
}
