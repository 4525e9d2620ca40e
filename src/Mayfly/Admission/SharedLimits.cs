using System.Globalization;
using System.Reflection;
using StackExchange.Redis;

namespace Mayfly.Admission;

/// <summary>Rate and concurrency of keys, counted by all gateways together in Valkey.</summary>
/// <remarks>
/// One script takes or refuses (take.lua). When Valkey is away, too slow or full, this says so and nobody waits: the caller's
/// own counts, which it keeps anyway, are then the limit. They never allow one gateway more than the key has in all, so
/// the door is open by a factor of the number of gateways at most, and never shut.
/// </remarks>
internal sealed partial class SharedLimits : IAsyncDisposable
{
    // After a failure nobody waits for the next answer to fail, too.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly string Script = ReadScript();

    private readonly ConnectionMultiplexer _connection;
    private readonly IDatabase _valkey;
    private readonly string _prefix;
    private readonly long _leaseMs;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private long _failedAt;

    private SharedLimits(ConnectionMultiplexer connection, ValkeyOptions options, TimeSpan longestExecution, ILogger log, TimeProvider time)
    {
        (_connection, _valkey, _prefix, _log, _time) = (connection, connection.GetDatabase(), options.Prefix, log, time);
        _leaseMs = (long)(longestExecution + TimeSpan.FromMinutes(1)).TotalMilliseconds;
    }

    /// <summary>Whether the last answer came, or its failure is long enough ago to ask again.</summary>
    public bool IsAvailable => _connection.IsConnected && (Volatile.Read(ref _failedAt) is var failed && (failed == 0 || _time.GetElapsedTime(failed) > Pause));

    /// <summary>Connects in the background if the server is away now. Null: none is configured.</summary>
    public static async Task<SharedLimits?> ConnectAsync(ValkeyOptions options, TimeSpan longestExecution, ILogger log, TimeProvider time)
    {
        if (options.Connection.Length == 0) return null;
        var how = ConfigurationOptions.Parse(options.Connection);
        how.AbortOnConnectFail = false;
        how.ConnectTimeout = 2_000;
        how.AsyncTimeout = options.TimeoutMs;
        how.BacklogPolicy = BacklogPolicy.FailFast;
        how.ReconnectRetryPolicy = new LinearRetry(1_000);
        how.ClientName = "mayfly";
        return new SharedLimits(await ConnectionMultiplexer.ConnectAsync(how), options, longestExecution, log, time);
    }

    /// <summary>Takes a place for an execution of a key. Null: Valkey is away.</summary>
    public async Task<SharedAnswer?> TakeAsync(long keyId, int perMinute, int capacity, int concurrency, string executionId)
    {
        if (!IsAvailable) return null;
        try
        {
            var answer = (long[]?)await _valkey.ScriptEvaluateAsync(Script, [RateOf(keyId), RunningOf(keyId)], [perMinute, capacity, concurrency, executionId, _leaseMs]);
            if (Interlocked.Exchange(ref _failedAt, 0) != 0) LogBack(_log);
            return answer switch
            {
                [0, var left, var full] => new SharedAnswer(null, (int)left, TimeSpan.Zero, TimeSpan.FromMilliseconds(full)),
                [1, _, _] => new SharedAnswer(RefusalCause.TooManyConcurrent, 0, TimeSpan.Zero, TimeSpan.Zero),
                [2, var wait, var full] => new SharedAnswer(RefusalCause.RateLimited, 0, TimeSpan.FromMilliseconds(wait), TimeSpan.FromMilliseconds(full)),
                _ => throw new InvalidOperationException("take.lua answered with something else."),
            };
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            if (Interlocked.Exchange(ref _failedAt, _time.GetTimestamp()) == 0) LogAway(_log, away.GetType().Name);

            // It may have been taken all the same, and nobody else would give it back soon.
            Leave(keyId, executionId);
            return null;
        }
    }

    /// <summary>Gives a place back. What is lost on the way counts no more when the longest execution is over.</summary>
    public void Leave(long keyId, string executionId)
    {
        try
        {
            _ = _valkey.SortedSetRemoveAsync(RunningOf(keyId), executionId, CommandFlags.FireAndForget);
        }
        catch (RedisException)
        {
            // Away: see above.
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // The braces keep both in one place on a cluster, where a script sees one place only.
    private RedisKey RateOf(long keyId) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}:{{{keyId}}}:rate");

    private RedisKey RunningOf(long keyId) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}:{{{keyId}}}:running");

    private static string ReadScript()
    {
        using var resource = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("Mayfly.Admission.take.lua")!);
        return resource.ReadToEnd();
    }

    // Not the exception's own text: it is a page about connections and may quote commands.
    [LoggerMessage(130, LogLevel.Warning, "Valkey is away ({Failure}): this gateway holds keys' limits alone.")]
    private static partial void LogAway(ILogger log, string failure);

    [LoggerMessage(131, LogLevel.Information, "Valkey answers again: keys' limits are held together.")]
    private static partial void LogBack(ILogger log);
}

/// <summary>What all gateways together say.</summary>
/// <param name="Refusal">Why not; null: the place is taken.</param>
/// <param name="Remaining">Executions that the rate allows at once from here on.</param>
/// <param name="Wait">Until the rate allows the next one.</param>
/// <param name="Reset">Until the rate's burst is there again.</param>
internal sealed record SharedAnswer(RefusalCause? Refusal, int Remaining, TimeSpan Wait, TimeSpan Reset);
