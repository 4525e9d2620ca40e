using CsCheck;
using Google.Protobuf;
using Mayfly.Protocol;
using Mayfly.Protocol.Messages;

namespace Mayfly.UnitTests.Protocol;

/// <summary>Arbitrary messages, and what a stream of them looks like.</summary>
internal static class Messages
{
    private static readonly Gen<ByteString> Bytes = Gen.Byte.Array[0, 300].Select(bytes => ByteString.CopyFrom(bytes));

    internal static readonly Gen<FromAgent> FromAgent = Gen.OneOf(
        Gen.UInt[0, 64].Select(slot => new FromAgent { SlotReady = new() { Slot = slot } }),
        Gen.ULong.Select(id => new FromAgent { Started = new() { Id = id } }),
        Gen.Select(Gen.ULong, Bytes, (id, data) => new FromAgent { Output = new() { Id = id, Stream = Mayfly.Protocol.Messages.Stream.Stdout, Data = data } }),
        Gen.Select(Gen.ULong, Gen.UInt, Gen.String[0, 40], (id, code, failure) =>
            new FromAgent { Finished = new() { Id = id, ExitCode = code, Failure = failure, Started = true } }),
        Gen.String[0, 40].Array[0, 8].Select(names => new FromAgent { Hello = new() { Slots = 8, Tiers = { names } } }));

    internal static byte[] Framed(params IEnumerable<IMessage> messages)
    {
        var writer = new FrameWriter(FrameLimits.MaxToAgentBytes);
        foreach (var message in messages) writer.Write(message);
        return writer.Pending.ToArray();
    }

    /// <summary>Gives the reader the stream in pieces of the given sizes (over and over) and returns all that it says.</summary>
    internal static List<TMessage> ReadAll<TMessage>(FrameReader<TMessage> reader, ReadOnlySpan<byte> stream, params int[] pieces)
        where TMessage : class, IMessage<TMessage>
    {
        var messages = new List<TMessage>();
        for (var piece = 0; !stream.IsEmpty; piece++)
        {
            var space = reader.Space.Span;
            Assert.False(space.IsEmpty);
            var count = Math.Min(Math.Min(pieces[piece % pieces.Length], space.Length), stream.Length);
            stream[..count].CopyTo(space);
            stream = stream[count..];
            reader.Advance(count);
            while (reader.TryRead(out var message)) messages.Add(message);
        }

        return messages;
    }
}
