using System.Text;
using System.Text.Json;
using Mayfly.Bench.Contenders;

namespace Mayfly.Bench.Http;

/// <summary>Requests for executions, as the bytes that go over the wire.</summary>
internal static class ExecuteRequests
{
    public static byte[] For(Workload workload, string key)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { language = workload.Language, code = workload.Code });
        var header = $"POST /v1/code-sandbox/execute HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(header), .. body];
    }

    /// <summary>How the answer to it must begin: an answer that is wrong is not fast.</summary>
    public static byte[] Expected(Workload workload) =>
        Encoding.UTF8.GetBytes($$"""{"stdout":{{JsonSerializer.Serialize(workload.Expected)}},"stderr":"","exitCode":0,""");
}
