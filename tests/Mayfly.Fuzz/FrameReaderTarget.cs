using System.Text;
using Google.Protobuf;
using Mayfly.Protocol;
using Mayfly.Protocol.Messages;

namespace Mayfly.Fuzz;

/// <summary>The gateway's reader of an agent's stream, and the agent's of the gateway's.</summary>
/// <remarks>
/// Promises: whatever comes, there are messages or a ProtocolViolationException; the same ones however the stream is split; the buffer
/// holds one frame at most; and what is allocated is bounded by what came.
/// </remarks>
internal static class FrameReaderTarget
{
    // The dearest two bytes of a frame are an empty Layer in a Hello: an object and its place in a list.
    private const int AllocatedPerByte = 96;
    private const int AllocatedOnce = 256 * 1024;

    internal static string Run(byte[] stream) =>
        Run(FromAgent.Parser, FrameLimits.MaxFromAgentBytes, stream) + "|" + Run(ToAgent.Parser, FrameLimits.MaxToAgentBytes, stream);

    private static string Run<TMessage>(MessageParser<TMessage> parser, int maxBytes, byte[] stream)
        where TMessage : class, IMessage<TMessage>
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var whole = Read(parser, maxBytes, stream, stream.Length);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > AllocatedOnce + (AllocatedPerByte * (long)stream.Length))
            throw new InvalidOperationException($"{stream.Length} bytes made the reader allocate {allocated}");

        var split = Read(parser, maxBytes, stream, 7);
        if (!whole.Messages.SequenceEqual(split.Messages) || whole.Violation != split.Violation)
            throw new InvalidOperationException($"read at once: {whole.Messages.Count} messages, {whole.Violation}; split: {split.Messages.Count}, {split.Violation}");
        return Kind(whole.Messages, whole.Violation);
    }

    private static (List<TMessage> Messages, string? Violation) Read<TMessage>(MessageParser<TMessage> parser, int maxBytes, ReadOnlySpan<byte> stream, int piece)
        where TMessage : class, IMessage<TMessage>
    {
        var reader = new FrameReader<TMessage>(parser, maxBytes);
        var messages = new List<TMessage>();
        try
        {
            while (!stream.IsEmpty)
            {
                var space = reader.Space.Span;
                if (space.IsEmpty) throw new InvalidOperationException("the reader wants more bytes and has no space for them");
                var count = Math.Min(Math.Min(piece, space.Length), stream.Length);
                stream[..count].CopyTo(space);
                stream = stream[count..];
                reader.Advance(count);
                if (reader.BufferedBytes > FrameLimits.LengthBytes + maxBytes) throw new InvalidOperationException($"{reader.BufferedBytes} bytes are buffered");
                while (reader.TryRead(out var message)) messages.Add(message);
            }
        }
        catch (ProtocolViolationException e)
        {
            return (messages, e.Message);
        }

        return (messages, null);
    }

    // The kinds of the first messages and the words of the violation, without its numbers.
    private static string Kind<TMessage>(List<TMessage> messages, string? violation)
        where TMessage : class, IMessage<TMessage>
    {
        var kind = new StringBuilder();
        foreach (var message in messages.Take(4)) kind.Append(message.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(message)?.Name ?? "none").Append(' ');
        foreach (var letter in violation ?? "") kind.Append(char.IsDigit(letter) ? '0' : letter);
        return kind.ToString();
    }
}
