using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mayfly.UnitTests.Images;

/// <summary>An HTTP server on loopback that serves bytes as badly as a test wants: broken off, without ranges, silent, refusing.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public FileServer()
    {
        _listener.Start();
        _loop = AcceptAsync();
    }

    /// <summary>What is at each path.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>After so many bytes of a body the connection is closed; one entry for each answer, then none.</summary>
    public ConcurrentQueue<int> BreakOffAfter { get; } = new();

    public bool KnowsRanges { get; init; } = true;

    public bool IsSilent { get; init; }

    /// <summary>Method, path and range of each request.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public Uri Url(string path) => new(Address, path);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var answers = new List<Task>();
        try
        {
            while (true)
            {
                answers.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or InvalidOperationException) // the last: stopped before it was asked
        {
            await Task.WhenAll(answers);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            using var connection = client;
            await using var stream = client.GetStream();
            if (await ReadRequestAsync(stream) is not { } request)
            {
                return;
            }

            if (IsSilent)
            {
                await Task.Delay(Timeout.Infinite, _stop.Token);
            }

            await stream.WriteAsync(Answer(request), _stop.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            // The client went away, or the test is over.
        }
    }

    private async Task<(string Method, string Path, int From)?> ReadRequestAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        if (await reader.ReadLineAsync(_stop.Token) is not { } first)
        {
            return null;
        }

        var from = 0;
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
        {
            if (line.StartsWith("Range: bytes=", StringComparison.Ordinal))
            {
                from = int.Parse(line[13..].TrimEnd('-'), CultureInfo.InvariantCulture);
            }
        }

        var words = first.Split(' ');
        Requests.Enqueue(from == 0 ? $"{words[0]} {words[1]}" : $"{words[0]} {words[1]} from {from}");
        return (words[0], words[1], from);
    }

    private byte[] Answer((string Method, string Path, int From) request)
    {
        if (!Files.TryGetValue(Uri.UnescapeDataString(request.Path), out var content))
        {
            return Encoding.ASCII.GetBytes("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }

        var from = KnowsRanges ? request.From : 0;
        if (from > 0 && from >= content.Length)
        {
            return Encoding.ASCII.GetBytes(
                $"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */{content.Length}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }

        var head = from > 0
            ? $"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\n"
            : "HTTP/1.1 200 OK\r\n";
        var body = request.Method == "HEAD" ? [] : content[from..];
        if (request.Method != "HEAD" && BreakOffAfter.TryDequeue(out var kept))
        {
            body = body[..Math.Min(kept, body.Length)];
        }

        return [.. Encoding.ASCII.GetBytes($"{head}Content-Length: {content.Length - from}\r\nConnection: close\r\n\r\n"), .. body];
    }
}
