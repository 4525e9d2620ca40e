namespace Mayfly.Api;

/// <summary>Where log events go: standard error, one line each.</summary>
internal static class Logs
{
    public static ILoggerFactory Create(LogOptions options) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(options.Level);

        // The client's traceparent, if it sent one, in every line that its request causes (json format).
        logging.Configure(all => all.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);

        // The framework's own events tell of each request what ours tell of each execution.
        logging.AddFilter("Microsoft", LogLevel.Warning);

        // What it says when it cannot start, we say in one line.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (options.Format == "json")
        {
            logging.AddJsonConsole(json => (json.UseUtcTimestamp, json.TimestampFormat, json.IncludeScopes) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ", true));
        }
        else
        {
            logging.AddSimpleConsole(text => (text.UseUtcTimestamp, text.TimestampFormat, text.SingleLine) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ ", true));
        }
    });
}
