using System.Net;
using System.Net.Sockets;

namespace Mayfly.Bench.Http;

/// <summary>One keep-alive connection that asks and waits: a socket and a buffer, and nothing that could be what is measured.</summary>
internal sealed class HttpConnection(IPEndPoint server) : IDisposable
{
    private const int ReceiveTimeoutMs = 60_000;

    private Socket? _socket;
    private byte[] _buffer = new byte[16 * 1024];
    private HttpParts _parts;

    /// <summary>The last answer's body, until the next request.</summary>
    public ReadOnlySpan<byte> Body => _buffer.AsSpan(_parts.Body, _parts.BodyLength);

    /// <summary>The last answer's status line and fields.</summary>
    public ReadOnlySpan<byte> Header => _buffer.AsSpan(0, _parts.HeaderEnd);

    /// <summary>Sends a request and waits for the whole answer; returns its status.</summary>
    /// <exception cref="SocketException">The server is away, or does not answer.</exception>
    public int Send(ReadOnlySpan<byte> request)
    {
        // Another thread may hang up meanwhile.
        var socket = _socket ??= Connect();
        try
        {
            for (var sent = 0; sent < request.Length;)
            {
                sent += socket.Send(request[sent..], SocketFlags.None);
            }

            Receive(socket);
        }
        catch
        {
            // Of no more use: the next request gets a new one.
            Close();
            throw;
        }

        return _parts.Status;
    }

    /// <summary>Hangs up.</summary>
    public void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }

    public void Dispose() => Close();

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = ReceiveTimeoutMs };
        socket.Connect(server);
        return socket;
    }

    private void Receive(Socket socket)
    {
        var length = 0;
        do
        {
            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }

            var got = socket.Receive(_buffer.AsSpan(length), SocketFlags.None);
            if (got == 0)
            {
                throw new SocketException((int)SocketError.ConnectionReset);
            }

            length += got;
        }
        while (!HttpAnswer.TryParse(_buffer.AsSpan(0, length), out _parts));
    }
}
