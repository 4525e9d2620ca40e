using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Reflection;
using Mayfly.Admission;
using Mayfly.Dispatch;
using Mayfly.Ledger;

namespace Mayfly.Api;

/// <summary>What the gateway can be told. Each key is a property's path: <c>Limits:TimeMs</c>.</summary>
/// <remarks>
/// A property's comment and its <see cref="RangeAttribute"/> are the documentation: meaning, unit, range, default and
/// what happens at the limit.
/// </remarks>
internal sealed class GatewayOptions
{
    /// <summary>Address and port of the API. Port 0: any free one.</summary>
    public string Listen { get; set; } = "127.0.0.1:8080";

    /// <summary>Directory of keys, ledger and run-time state; the gateway writes to <c>gateway/</c> in it only.</summary>
    public string Data { get; set; } = "/var/lib/mayfly";

    /// <summary>PostgreSQL's connection string, such as <c>Host=/run/postgresql;Database=mayfly;Username=mayfly</c>; several gateways may share it. Empty: SQLite, one file in the data directory.</summary>
    public string Database { get; set; } = "";

    /// <summary>A key that becomes the first one, with every scope, if there is none yet: made by <c>./mayfly keys generate</c>. It belongs into the environment, as <c>MAYFLY_BOOTSTRAP_KEY</c>.</summary>
    [ConfigurationKeyName("Bootstrap_Key")]
    public string BootstrapKey { get; set; } = "";

    /// <summary>Directory in which the image's manifest.json is found by digest.</summary>
    public string Images { get; set; } = "/var/cache/mayfly/images";

    /// <summary>Seconds that running executions get to finish after SIGTERM. What runs longer is answered with 503.</summary>
    [Range(0, 3600)]
    public int DrainSeconds { get; set; } = 30;

    /// <inheritdoc cref="RequestLimits"/>
    public RequestLimits Limits { get; set; } = new();

    /// <summary>Cells, slots, queue and what one execution may use; read from the same keys without a section of its own.</summary>
    public DispatchOptions Dispatch { get; private set; } = new();

    /// <inheritdoc cref="HttpLimits"/>
    public HttpLimits Http { get; set; } = new();

    /// <inheritdoc cref="PriceOptions"/>
    public PriceOptions Price { get; set; } = new();

    /// <inheritdoc cref="AdmissionOptions"/>
    public AdmissionOptions Admission { get; set; } = new();

    /// <inheritdoc cref="ValkeyOptions"/>
    public ValkeyOptions Valkey { get; set; } = new();

    /// <inheritdoc cref="IdempotencyOptions"/>
    public IdempotencyOptions Idempotency { get; set; } = new();

    /// <inheritdoc cref="RetentionOptions"/>
    public RetentionOptions Retention { get; set; } = new();

    /// <inheritdoc cref="OtlpOptions"/>
    public OtlpOptions Otlp { get; set; } = new();

    /// <inheritdoc cref="LogOptions"/>
    public LogOptions Log { get; set; } = new();

    /// <summary>Directory that belongs to the gateway's user.</summary>
    public string OwnData => Path.Combine(Path.GetFullPath(Data), "gateway");

    /// <summary><see cref="Listen"/> as an address.</summary>
    public IPEndPoint Endpoint => ParseEndpoint(Listen) ?? throw new InvalidOperationException("Listen was not validated.");

    /// <summary>Reads and checks everything.</summary>
    /// <exception cref="OptionsException">Names every setting that is wrong, its value and what it may be.</exception>
    public static GatewayOptions From(IConfiguration configuration)
    {
        var options = new GatewayOptions();
        var noNumbers = NumberSettings.Unreadable(configuration, typeof(GatewayOptions), typeof(DispatchOptions));
        var readable = noNumbers.Replace(configuration);
        try
        {
            readable.Bind(options);
            options.Dispatch = readable.Get<DispatchOptions>() ?? new DispatchOptions();
        }
        catch (InvalidOperationException wrong)
        {
            // The binder names the key and the value, its inner exceptions the .NET types: the first is what helps.
            throw new OptionsException([wrong.Message]);
        }

        var problems = options.Problems().Select(noNumbers.Explain).ToList();
        return problems.Count == 0 ? options : throw new OptionsException(problems);
    }

    private static IPEndPoint? ParseEndpoint(string text)
    {
        var address = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" + text["localhost".Length..] : text;

        // IPEndPoint takes an address without a port and calls it port 0; here the port is required.
        var colon = address.LastIndexOf(':');
        var hasPort = colon > address.LastIndexOf(']') && address.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0 && colon + 1 < address.Length;
        return hasPort && IPEndPoint.TryParse(address, out var endpoint) ? endpoint : null;
    }

    private IEnumerable<string> Problems()
    {
        if (ParseEndpoint(Listen) is null) yield return $"Listen is \"{Listen}\"; it must be ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080.";
        if (BootstrapKey.Length > 0 && !Accounts.KeyFormat.IsWellFormed(BootstrapKey)) yield return "Bootstrap_Key is no key; \"./mayfly keys generate\" makes one.";
        foreach (var problem in OutOfRange(this, "")) yield return problem;
        if (Dispatch.FirstProblem() is { } wrong) yield return wrong + ".";
        if (Limits.BodyBytes < Limits.CodeBytes) yield return $"Limits:BodyBytes is {Limits.BodyBytes}, less than Limits:CodeBytes ({Limits.CodeBytes}): no request could use the latter.";
        foreach (var problem in Otlp.Problems()) yield return problem;
        if (Log.Format is not ("text" or "json")) yield return $"Log:Format is \"{Log.Format}\"; it must be text or json.";
    }

    private static IEnumerable<string> OutOfRange(object section, string prefix)
    {
        foreach (var property in section.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is not { IsPublic: true }) continue;
            var value = property.GetValue(section);
            if (property.GetCustomAttribute<RangeAttribute>() is { } range)
            {
                if (value is not null && !range.IsValid(value))
                {
                    yield return string.Create(CultureInfo.InvariantCulture, $"{prefix}{property.Name} is {value}; it must be {range.Minimum} to {range.Maximum}.");
                }
            }
            else if (value is not (null or string) && !property.PropertyType.IsValueType)
            {
                foreach (var problem in OutOfRange(value, $"{prefix}{property.Name}:")) yield return problem;
            }
        }
    }
}

/// <summary>Settings are wrong; the message names each, and what to do.</summary>
internal sealed class OptionsException(IReadOnlyList<string> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}

/// <summary>How large a request may be. The other <c>Limits:</c> are those of the execution (<see cref="ExecutionLimits"/>).</summary>
internal sealed class RequestLimits
{
    /// <summary>Bytes of the program in UTF-8. Over it: 400 code_too_large.</summary>
    [Range(1, 1 << 20)]
    public int CodeBytes { get; set; } = 102_400;

    /// <summary>
    /// Bytes of a request's body: JSON may turn one byte of code into six (\u0001), the rest is room for other
    /// fields. Over it: 413 and the connection is closed.
    /// </summary>
    [Range(1_024, 64 << 20)]
    public int BodyBytes { get; set; } = 1_048_576;
}

/// <summary>What clients may do to the HTTP server.</summary>
internal sealed class HttpLimits
{
    /// <summary>Open connections. At the limit the one that has idled longest is closed for a new one; if none idles, the new one is.</summary>
    [Range(16, 1_000_000)]
    public int Connections { get; set; } = 2_048;

    /// <summary>Seconds a connection may wait for its next request.</summary>
    [Range(1, 3600)]
    public int IdleSeconds { get; set; } = 120;

    /// <summary>Seconds in which a request's header must have come.</summary>
    [Range(1, 300)]
    public int HeaderSeconds { get; set; } = 10;

    /// <summary>Bytes a second at which a body must come, after five seconds of grace. Slower: 408 and the connection is closed.</summary>
    [Range(1, 1 << 20)]
    public int BodyBytesPerSecond { get; set; } = 1_024;

    /// <summary>Bytes a second at which an answer must be read, after five seconds of grace. Slower: the connection is closed.</summary>
    [Range(1, 1 << 20)]
    public int ResponseBytesPerSecond { get; set; } = 8_192;

    /// <summary>Bytes of bodies being read and of answers being written, all together. At the limit: 503 overloaded.</summary>
    [Range(16L << 20, 1L << 40)]
    public long HeldBytes { get; set; } = 256L << 20;
}

/// <summary>Where and how the gateway logs.</summary>
internal sealed class LogOptions
{
    /// <summary><c>text</c> or <c>json</c>: one line an event on standard error.</summary>
    public string Format { get; set; } = "text";

    /// <summary>The least important events that are written.</summary>
    public LogLevel Level { get; set; } = LogLevel.Information;
}
