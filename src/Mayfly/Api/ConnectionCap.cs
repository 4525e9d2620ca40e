using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Mayfly.Api;

/// <summary>Bounds the open connections so that those who only hold them cannot lock out those who use them.</summary>
/// <remarks>
/// Kestrel's own bound refuses whoever comes last, and that would be the health check. Here the connection that has
/// been without a request for longest makes room; one with a request in hand is never taken away.
/// </remarks>
internal sealed class ConnectionCap(int limit)
{
    private readonly LinkedList<Held> _idle = [];
    private readonly Lock _lock = new();
    private int _open;

    /// <summary>Connections now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Around each connection.</summary>
    public async Task OnConnectionAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var held = new Held(connection);
        if (!TryEnter(held, out var oldest))
        {
            connection.Abort(new ConnectionAbortedException("Every connection has a request in hand."));
            return;
        }

        oldest?.Connection.Abort(new ConnectionAbortedException("Idle for longest, and another one needs the place."));
        connection.Features.Set(held);
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(held);
        }
    }

    /// <summary>Around each request.</summary>
    public async Task OnRequestAsync(HttpContext http, RequestDelegate next)
    {
        var held = http.Features.GetRequiredFeature<Held>();
        SetBusy(held);
        try
        {
            await next(http);
        }
        finally
        {
            SetIdle(held);
        }
    }

    private bool TryEnter(Held held, out Held? oldest)
    {
        lock (_lock)
        {
            oldest = null;
            if (_open >= limit)
            {
                if (_idle.First is null) return false;
                oldest = _idle.First.Value;
                Remove(oldest);
            }

            _open++;
            _idle.AddLast(held.Place);
            return true;
        }
    }

    private void Leave(Held held)
    {
        lock (_lock)
        {
            Remove(held);
        }
    }

    private void SetBusy(Held held)
    {
        lock (_lock)
        {
            if (held.Place.List is not null) _idle.Remove(held.Place);
        }
    }

    private void SetIdle(Held held)
    {
        lock (_lock)
        {
            if (!held.Gone && held.Place.List is null) _idle.AddLast(held.Place);
        }
    }

    private void Remove(Held held)
    {
        if (held.Gone) return;
        held.Gone = true;
        _open--;
        if (held.Place.List is not null) _idle.Remove(held.Place);
    }

    private sealed class Held
    {
        public Held(ConnectionContext connection) => (Connection, Place) = (connection, new LinkedListNode<Held>(this));

        public ConnectionContext Connection { get; }

        public LinkedListNode<Held> Place { get; }

        /// <summary>Its place was given back or away.</summary>
        public bool Gone { get; set; }
    }
}
