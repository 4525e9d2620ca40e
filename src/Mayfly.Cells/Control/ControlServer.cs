using Google.Protobuf;
using Mayfly.Cells.Launching;
using Mayfly.Cells.Loop;
using Mayfly.Protocol;
using Mayfly.Protocol.Control;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Cells.Control;

/// <summary>One gateway's socket and the cells that it asked for.</summary>
/// <remarks>
/// The gateway faces the network and is taken for hostile: it gets numbers checked, cells counted, packets bounded, and no
/// second chance. A number out of bounds is refused; anything that is no message of the protocol ends the conversation, and with it
/// the gateway. Its cells do not outlive it: nobody else could use their streams.
/// </remarks>
internal sealed class ControlServer(EventLoop loop, SafeFileHandle socket, ILauncher launcher, Bounds bounds, string imageDigest)
{
    // An errno, a path or two and the end of a crash report; the packet's other fields are a few bytes.
    private const int MaxReasonLength = FrameLimits.MaxControlBytes / 4;

    private readonly Dictionary<uint, Life> _cells = [];
    private readonly byte[] _buffer = new byte[FrameLimits.MaxControlBytes];
    private string? _violation;
    private readonly CellNumbers _numbers = new();

    /// <summary>Answers until the gateway closes its end or breaks the protocol.</summary>
    /// <returns>What it did wrong; null if it only left.</returns>
    public async Task<string?> ServeAsync()
    {
        try
        {
            Say(new FromCells { Info = new CellsInfo { Launcher = launcher.Name, ImageDigest = imageDigest, MaxCells = (uint)bounds.MaxCells, Patience = launcher.Offer.Patience } });
            while (true)
            {
                await loop.ReadableAsync(socket);
                using var packet = DescriptorSocket.Receive(socket, _buffer, wait: false);
                if (packet is { Length: 0 })
                {
                    return _violation;
                }

                if (packet is not null)
                {
                    Handle(Read(packet));
                }
            }
        }
        catch (ProtocolViolationException violation)
        {
            DescriptorSocket.Shutdown(socket);
            return violation.Message;
        }
    }

    /// <summary>Ends every cell of this gateway, and waits until nothing of them is left.</summary>
    public async Task EndAllAsync()
    {
        var lives = _cells.Values.ToList();
        lives.ForEach(life => life.Stop());
        await Task.WhenAll(lives.Select(life => life.Over));
    }

    private ToCells Read(ReceivedPacket packet)
    {
        if (packet.Truncated || packet.DescriptorCount > 0)
        {
            throw new ProtocolViolationException($"gateway: a packet of more than {FrameLimits.MaxControlBytes} bytes, or with {packet.DescriptorCount} descriptors; none are allowed.");
        }

        try
        {
            return ToCells.Parser.ParseFrom(_buffer.AsSpan(0, packet.Length));
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw new ProtocolViolationException($"gateway: a packet of {packet.Length} bytes that is no ToCells: {failure.Message}", failure);
        }
    }

    private void Handle(ToCells message)
    {
        switch (message.MessageCase)
        {
            case ToCells.MessageOneofCase.Launch:
                Launch(message.Launch);
                break;
            case ToCells.MessageOneofCase.Stop:
                // Unknown is no violation: the cell may have ended while the message was on its way.
                _cells.GetValueOrDefault(message.Stop.Cell)?.Stop();
                break;
            default:
                throw new ProtocolViolationException("gateway: a ToCells without a known message.");
        }
    }

    private void Launch(LaunchCell wanted)
    {
        if (!_numbers.TryUse(wanted.Cell))
        {
            throw new ProtocolViolationException($"gateway: LaunchCell with number {wanted.Cell}, which was used before or is far behind; numbers rise.");
        }

        if (bounds.Refusal(wanted, _cells.Count) is { } refusal)
        {
            TrySay(new FromCells { LaunchFailed = new LaunchFailed { Cell = wanted.Cell, Reason = Cut($"launch of cell {wanted.Cell} refused: {refusal}") } });
            return;
        }

        var life = new Life();
        _cells.Add(wanted.Cell, life);
        EventLoop.Go(() => LiveAsync(Bounds.Accept(wanted), life));
    }

    // A cell's whole life, from the request to the last word about it.
    private async Task LiveAsync(CellRequest request, Life life)
    {
        var last = new FromCells();
        try
        {
            var cell = await launcher.StartAsync(request, life.StopAsked);
            HandOver(request.Cell, cell);
            last.Stopped = new Stopped { Cell = request.Cell, Reason = Cut(await EndAsync(request.Cell, cell, life)) };
        }
        catch (LaunchException failure)
        {
            Tell(request.Cell, new CellEnd(Orderly: life.StopAsked.IsCancellationRequested, failure.Message));
            last.LaunchFailed = new LaunchFailed { Cell = request.Cell, Reason = Cut(failure.Message) };
        }

        // First free, then said: whoever reads it may ask for the next one at once.
        _cells.Remove(request.Cell);
        TrySay(last);
        life.Finish();
        life.Dispose();
    }

    // Waits for the end, puts away what is left, and says what kind of end it was.
    private static async Task<string> EndAsync(uint number, ICell cell, Life life)
    {
        CellEnd end;
        using (life.StopAsked.Register(cell.Kill))
        {
            end = await cell.Ended;
        }

        if (!await cell.RemoveAsync())
        {
            Log.Write($"cell {number}: parts of it could not be removed; the next start sweeps again");
        }

        // One that had ended by itself when it was to be stopped keeps its own words.
        end = life.StopAsked.IsCancellationRequested && end.Killed ? new CellEnd(Orderly: true, "stopped as asked") : end;
        Tell(number, end);
        return end.How;
    }

    private static void Tell(uint number, CellEnd end)
    {
        var line = $"cell {number}: {end.How}";
        if (end.Orderly)
        {
            Log.Event(line);
        }
        else
        {
            Log.Write(line);
        }
    }

    private void HandOver(uint number, ICell cell)
    {
        Log.Event($"cell {number}: started");
        TrySay(new FromCells { Launched = new Launched { Cell = number } }, cell.Stream);
        // The gateway has its own now. While this one stays open, the agent would not notice the gateway's death.
        cell.Stream.Dispose();
    }

    // In a cell's life, which goes on whether the gateway listens or not.
    private void TrySay(FromCells message, params ReadOnlySpan<SafeFileHandle> descriptors)
    {
        try
        {
            Say(message, descriptors);
        }
        catch (ProtocolViolationException violation)
        {
            _violation ??= violation.Message;
            DescriptorSocket.Shutdown(socket); // wakes ServeAsync, which ends
        }
    }

    private void Say(FromCells message, params ReadOnlySpan<SafeFileHandle> descriptors)
    {
        try
        {
            // Never waits: the buffer holds hundreds of these, so a gateway that has filled it does not read.
            if (!DescriptorSocket.Send(socket, message.ToByteArray(), descriptors, wait: false))
            {
                throw new ProtocolViolationException("gateway: it does not read its control socket.");
            }
        }
        catch (KernelException gone) when (gone.Error is Errno.EPIPE or Errno.ECONNRESET)
        {
            // Its end is closed; ServeAsync is about to read that.
        }
    }

    private static string Cut(string reason) => reason.Length <= MaxReasonLength ? reason : reason[..MaxReasonLength];

    /// <summary>What others may do with a cell's life: ask it to end, wait until it has.</summary>
    private sealed class Life : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly TaskCompletionSource _over = new();

        public CancellationToken StopAsked => _stop.Token;

        public Task Over => _over.Task;

        public void Stop() => _stop.Cancel();

        public void Finish() => _over.SetResult();

        public void Dispose() => _stop.Dispose();
    }
}
