using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Mayfly.Bench.Http;

namespace Mayfly.Bench.Contenders;

/// <summary>One client of one service.</summary>
internal sealed class MayflyClient(IPEndPoint server, string key) : IDisposable
{
    private readonly HttpConnection _connection = new(server);
    private readonly Dictionary<Workload, (byte[] Request, byte[] Expected)> _known = [];

    /// <summary>Runs one program and looks at all that came back.</summary>
    public Sample Run(Workload workload)
    {
        var request = Known(workload).Request;
        var begin = Stopwatch.GetTimestamp();
        var status = _connection.Send(request);
        var wall = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        if (status != (int)HttpStatusCode.OK)
        {
            return new Sample(wall, null, null, $"HTTP {status}", -1);
        }

        using var json = JsonDocument.Parse(_connection.Body.ToArray());
        return new Sample(wall, null, null, json.RootElement.GetProperty("stdout").GetString()!, json.RootElement.GetProperty("exitCode").GetInt32());
    }

    /// <summary>The same where many are run: only whether it went as expected.</summary>
    public ClientAnswer Ask(Workload workload)
    {
        var (request, expected) = Known(workload);
        return _connection.Send(request) switch
        {
            (int)HttpStatusCode.OK => _connection.Body.StartsWith(expected) ? ClientAnswer.Right : ClientAnswer.Wrong,
            (int)HttpStatusCode.ServiceUnavailable or (int)HttpStatusCode.TooManyRequests =>
                _connection.Header.IndexOf("\r\nRetry-After: "u8) >= 0 ? ClientAnswer.Refused : ClientAnswer.Wrong,
            _ => ClientAnswer.Wrong,
        };
    }

    /// <summary>Peak memory and time inside, as the service reports them.</summary>
    public (double ExecutionMs, double MemoryMiB) Reported(Workload workload)
    {
        _ = _connection.Send(Known(workload).Request);
        using var json = JsonDocument.Parse(_connection.Body.ToArray());
        return (json.RootElement.GetProperty("executionTimeMs").GetDouble(), json.RootElement.GetProperty("memoryUsageMb").GetDouble());
    }

    public void HangUp() => _connection.Close();

    public void Dispose() => _connection.Dispose();

    private (byte[] Request, byte[] Expected) Known(Workload workload)
    {
        if (!_known.TryGetValue(workload, out var known))
        {
            _known[workload] = known = (ExecuteRequests.For(workload, key), ExecuteRequests.Expected(workload));
        }

        return known;
    }
}

/// <summary>How a request went.</summary>
internal enum ClientAnswer
{
    /// <summary>The program ran and printed what it must.</summary>
    Right,

    /// <summary>Refused, with the time after which to ask again.</summary>
    Refused,

    /// <summary>Anything else.</summary>
    Wrong,
}
