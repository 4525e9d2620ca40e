using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Mayfly.ContractTests;

/// <summary>HTTP/1.1 by hand: sends any bytes, slowly if need be, and reads answers one by one.</summary>
public sealed class RawConnection : IAsyncDisposable
{
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(45);

    private readonly TcpClient _socket;
    private readonly Stream _stream;
    private readonly byte[] _one = new byte[1];

    private RawConnection(TcpClient socket, Stream stream, Uri address)
    {
        _socket = socket;
        _stream = stream;
        Host = address.Authority;
    }

    /// <summary>What belongs into the Host header.</summary>
    public string Host { get; }

    public static async Task<RawConnection> OpenAsync(Uri address, CancellationToken cancellation)
    {
        var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, cancellation);
        Stream stream = socket.GetStream();
        if (address.Scheme == Uri.UriSchemeHttps)
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host, ApplicationProtocols = [SslApplicationProtocol.Http11] }, cancellation);
            stream = tls;
        }

        return new RawConnection(socket, stream, address);
    }

    public async Task SendAsync(byte[] bytes)
    {
        await _stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
        await _stream.FlushAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Sends text as Latin-1, so that any byte can be written as a character.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends until the other side stops listening; true when everything went out.</summary>
    public async Task<bool> TrySendAsync(byte[] bytes)
    {
        try
        {
            await SendAsync(bytes);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The next answer; null when the connection was closed without one.</summary>
    public async Task<Answer?> ReceiveAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(ReadLimit);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        try
        {
            if (await ReadLineAsync(limit.Token) is not { } statusLine) return null;

            var status = int.Parse(statusLine.Split(' ')[1], CultureInfo.InvariantCulture);
            var headers = new List<KeyValuePair<string, string>>();
            while (await ReadLineAsync(limit.Token) is { Length: > 0 } line)
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                headers.Add(KeyValuePair.Create(line[..colon], line[(colon + 1)..].Trim()));
            }

            var answer = new Answer(status, headers, [], clock.Elapsed);
            return status is 100 or 204 or 304 ? answer : answer with { Body = await ReadBodyAsync(answer, limit.Token), Took = clock.Elapsed };
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Whether the other side closes the connection within the time.</summary>
    public async Task<bool> IsClosedWithinAsync(TimeSpan time)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(time);
        try
        {
            while (await _stream.ReadAsync(_one, limit.Token) > 0) continue;
            return true;
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
    }

    private async Task<byte[]> ReadBodyAsync(Answer answer, CancellationToken cancellation)
    {
        if (answer.Header("Transfer-Encoding") is "chunked")
        {
            using var body = new MemoryStream();
            while (true)
            {
                var size = int.Parse((await ReadLineAsync(cancellation))!.Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                body.Write(await ReadExactlyAsync(size, cancellation));
                await ReadLineAsync(cancellation);
                if (size == 0) return body.ToArray();
            }
        }

        return await ReadExactlyAsync(int.Parse(answer.Header("Content-Length") ?? "0", CultureInfo.InvariantCulture), cancellation);
    }

    private async Task<byte[]> ReadExactlyAsync(int count, CancellationToken cancellation)
    {
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }

    private async Task<string?> ReadLineAsync(CancellationToken cancellation)
    {
        var line = new StringBuilder();
        while (await _stream.ReadAsync(_one, cancellation) > 0)
        {
            if (_one[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)_one[0]);
        }

        return line.Length == 0 ? null : throw new IOException($"the connection ended inside the line \"{line}\"");
    }
}
