using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;

namespace Mayfly.HostTests.Services;

/// <summary>What an OTLP collector is sent, over HTTP.</summary>
internal sealed class Collector : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    private Collector(int port)
    {
        Address = $"http://127.0.0.1:{port}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = ReceiveAsync();
    }

    public string Address { get; }

    /// <summary>All bytes that came, as text in which any other text can be looked for.</summary>
    public string Everything => string.Concat(_received.Select(call => Encoding.Latin1.GetString(call.Body)));

    /// <summary>Every span that came.</summary>
    public List<Span> Spans => [.. _received.Where(call => call.Path == "/v1/traces").SelectMany(call => SpansOf(call.Body))];

    /// <summary>Whether metrics came.</summary>
    public bool HasMetrics => _received.Any(call => call.Path == "/v1/metrics");

    internal sealed record Span(string Name, string Trace, string Id, string Parent);

    public static Collector Start()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        socket.Close();
        return new Collector(port);
    }

    public void Dispose() => _listener.Close();

    private async Task ReceiveAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            _received.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));
            context.Response.Close();
        }
    }

    // ExportTraceServiceRequest: resource_spans (1) → scope_spans (2) → spans (2) → trace_id (1), span_id (2), parent_span_id (4), name (5).
    private static IEnumerable<Span> SpansOf(byte[] request) =>
        from resource in Fields(request, 1)
        from scope in Fields(resource, 2)
        from span in Fields(scope, 2)
        select new Span(Text(span, 5), Hex(span, 1), Hex(span, 2), Hex(span, 4));

    private static string Text(byte[] message, int number) => Encoding.UTF8.GetString(Fields(message, number).SingleOrDefault() ?? []);

    private static string Hex(byte[] message, int number) => Convert.ToHexStringLower(Fields(message, number).SingleOrDefault() ?? []);

    private static List<byte[]> Fields(byte[] message, int number)
    {
        var found = new List<byte[]>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == number && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited) found.Add(input.ReadBytes().ToByteArray());
            else input.SkipLastField();
        }

        return found;
    }
}
