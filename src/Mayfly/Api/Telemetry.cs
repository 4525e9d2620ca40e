using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Mayfly.Dispatch;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Mayfly.Api;

/// <summary>Where traces and metrics are sent, by OTLP. /metrics is there in any case.</summary>
internal sealed class OtlpOptions
{
    /// <summary>The collector, such as <c>http://127.0.0.1:4318</c>. Empty: nothing is sent, and no span is made.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary><c>http</c> (protobuf, usually port 4318) or <c>grpc</c> (usually 4317).</summary>
    public string Protocol { get; set; } = "http";

    /// <summary>Headers of each call, <c>name=value</c> with commas between them. A secret belongs into the environment, as <c>MAYFLY_OTLP__HEADERS</c>.</summary>
    public string Headers { get; set; } = "";

    /// <summary>Percent of the requests that are traced, where a request does not say so itself (<c>traceparent</c>).</summary>
    [Range(0, 100)]
    public double TracePercent { get; set; } = 10;

    /// <summary>Seconds between two reports of metrics.</summary>
    [Range(1, 3600)]
    public int MetricsSeconds { get; set; } = 60;

    /// <summary><see cref="Endpoint"/> as an address; null: none.</summary>
    public Uri? Address => Endpoint.Length == 0 ? null : new Uri(Endpoint);

    /// <summary>What is wrong, beyond ranges.</summary>
    public IEnumerable<string> Problems()
    {
        if (Endpoint.Length > 0 && !(Uri.TryCreate(Endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            yield return $"Otlp:Endpoint is \"{Endpoint}\"; it must be an address, such as http://127.0.0.1:4318.";
        }

        if (Protocol is not ("http" or "grpc")) yield return $"Otlp:Protocol is \"{Protocol}\"; it must be http or grpc.";
    }
}

/// <summary>OpenTelemetry: the meter for Prometheus and, if configured, meter and spans for a collector.</summary>
/// <remarks>
/// A trace has one span for each step of a request, named as the step. Spans carry ids, languages and ends: no code, no output, no key, no account.
/// Without a collector nobody listens to the source, and a request makes no span.
/// </remarks>
internal static class Telemetry
{
    /// <summary>Of the span around all steps.</summary>
    public const string RequestSpan = "Execute";

    public static void AddTo(IServiceCollection services, OtlpOptions options, string meter)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.Clear().AddService("mayfly", serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(3)))
            .WithMetrics(metrics => metrics.AddMeter(meter).AddPrometheusExporter());
        if (options.Address is not { } address) return;
        telemetry.WithMetrics(metrics => metrics.AddOtlpExporter((exporter, reader) =>
        {
            Configure(exporter, options, address, "v1/metrics");
            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = options.MetricsSeconds * 1000;
        }));
        telemetry.WithTracing(traces => traces
            .AddSource(DispatchMetrics.Name)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TracePercent / 100)))
            .AddOtlpExporter(exporter => Configure(exporter, options, address, "v1/traces")));
    }

    /// <summary>Around the steps of an execution's request: its span, a child of the caller's if the request names one.</summary>
    public static async Task TraceAsync(HttpContext http, RequestDelegate next)
    {
        using var span = ExecuteEndpoint.IsFor(http) ? Start(http) : null;
        await next(http);
        span?.SetTag("http.response.status_code", http.Response.StatusCode);
    }

    private static Activity? Start(HttpContext http)
    {
        var headers = http.Request.Headers;
        // The server's own activity, which nobody samples, would be the parent otherwise.
        Activity.Current = null;
        _ = ActivityContext.TryParse(headers.TraceParent, headers.TraceState, isRemote: true, out var caller);
        return DispatchMetrics.Spans.StartActivity(RequestSpan, ActivityKind.Server, caller)?.SetTag("mayfly.execution", RequestId.Of(http));
    }

    /// <summary>A step that has just ended, as a span of the request's.</summary>
    public static void AddStep(string step, TimeSpan duration)
    {
        if (Activity.Current is not { } request || !DispatchMetrics.Spans.HasListeners()) return;
        var end = DateTimeOffset.UtcNow;
        using var span = DispatchMetrics.Spans.StartActivity(step, ActivityKind.Internal, request.Context, startTime: end - duration);
        span?.SetEndTime(end.UtcDateTime);
    }

    private static void Configure(OtlpExporterOptions exporter, OtlpOptions options, Uri address, string path)
    {
        var isGrpc = options.Protocol == "grpc";
        exporter.Protocol = isGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        // With an address of its own the exporter adds no path.
        exporter.Endpoint = isGrpc ? address : new Uri(new Uri(address.AbsoluteUri.TrimEnd('/') + "/"), path);
        exporter.Headers = options.Headers;
    }
}
