using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CsCheck;
using Google.Protobuf;
using Mayfly.Protocol;
using Mayfly.Protocol.Messages;

namespace Mayfly.UnitTests.Protocol;

public sealed class FrameReaderTests
{
    [Fact]
    public void Any_split_of_the_stream_gives_the_same_messages() =>
        Gen.Select(Messages.FromAgent.List[0, 30], Gen.Int[1, 700].Array[1, 6]).Sample((messages, pieces) =>
            messages.SequenceEqual(Messages.ReadAll(FromAgentReader(), Messages.Framed(messages), pieces)));

    [Fact]
    public void What_was_read_is_cleared_wherever_it_was() =>
        Gen.Select(Gen.Int[0, 40_000].List[1, 12], Gen.Int[1, 50_000].Array[1, 4]).Sample((sizes, pieces) =>
        {
            var stream = Messages.Framed(sizes.Select(size => new FromAgent { Output = new() { Id = 7, Data = ByteString.CopyFrom([.. Enumerable.Repeat((byte)7, size)]) } })).AsSpan();
            var reader = FromAgentReader();
            var buffers = new HashSet<byte[]>();
            for (var i = 0; !stream.IsEmpty; i++)
            {
                while (reader.TryRead(out _)) { }
                if (MemoryMarshal.TryGetArray<byte>(reader.Space, out var buffer)) buffers.Add(buffer.Array!);
                var piece = stream[..Math.Min(Math.Min(pieces[i % pieces.Length], stream.Length), reader.Space.Length)];
                piece.CopyTo(reader.Space.Span);
                reader.Advance(piece.Length);
                stream = stream[piece.Length..];
            }

            while (reader.TryRead(out _)) { }
            return buffers.All(buffer => !buffer.ContainsAnyExcept((byte)0));
        }, iter: 200);

    [Fact]
    public void Largest_messages_arrive_whole_whatever_the_split() =>
        Gen.Select(Gen.Int[0, FrameLimits.MaxOutputChunkBytes].List[1, 5], Gen.Int[1, 100_000].Array[1, 4]).Sample((sizes, pieces) =>
        {
            var messages = sizes.Select(size => OutputOf(size)).ToList();
            return messages.SequenceEqual(Messages.ReadAll(FromAgentReader(), Messages.Framed(messages), pieces));
        }, iter: 100);

    [Fact]
    public void Garbage_is_a_protocol_violation_or_a_message_and_nothing_else() =>
        Gen.Select(Gen.Byte.Array[0, 400], Gen.Bool).Sample((bytes, plausibleLength) =>
        {
            // Without a plausible length nearly every sample would end at its first four bytes.
            if (plausibleLength && bytes.Length >= 4) BinaryPrimitives.WriteInt32LittleEndian(bytes, Math.Max(1, bytes.Length - 4));
            AssertBounded(bytes);
        }, iter: 20_000);

    [Fact]
    public void A_changed_stream_is_a_protocol_violation_or_messages_and_nothing_else() =>
        Gen.Select(Messages.FromAgent.List[1, 10], Gen.Select(Gen.Int[0, 1 << 20], Gen.Byte).List[1, 8]).Sample((messages, changes) =>
        {
            var stream = Messages.Framed(messages);
            foreach (var (at, value) in changes) stream[at % stream.Length] = value;
            AssertBounded(stream);
        }, iter: 5_000);

    [Theory]
    [InlineData(0u)]
    [InlineData((uint)FrameLimits.MaxFromAgentBytes + 1)]
    [InlineData((uint)int.MaxValue)]
    [InlineData(0x8000_0000u)]
    [InlineData(uint.MaxValue)]
    public void A_bad_length_is_refused_with_its_four_bytes(uint length)
    {
        var prefix = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(prefix, length);

        var violation = Assert.Throws<ProtocolViolationException>(() => Messages.ReadAll(FromAgentReader(), prefix, 4));

        Assert.Contains(length.ToString(), violation.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void The_limit_is_exact(int over, bool accepted)
    {
        var data = FrameLimits.MaxFromAgentBytes + over;
        while (OutputOf(data).CalculateSize() > FrameLimits.MaxFromAgentBytes + over) data--;
        var stream = Messages.Framed(OutputOf(data));
        Assert.Equal(FrameLimits.MaxFromAgentBytes + over + 4, stream.Length);

        if (accepted) Assert.Single(Messages.ReadAll(FromAgentReader(), stream, stream.Length));
        else Assert.Throws<ProtocolViolationException>(() => Messages.ReadAll(FromAgentReader(), stream, stream.Length));
    }

    [Fact]
    public void A_claimed_length_reserves_no_memory()
    {
        var reader = new FrameReader<ToAgent>(ToAgent.Parser, FrameLimits.MaxToAgentBytes);
        var prefix = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, FrameLimits.MaxToAgentBytes);

        Assert.Empty(Messages.ReadAll(reader, prefix, 4));

        Assert.True(reader.Space.Length <= 16 * 1024);
    }

    [Fact]
    public void The_buffer_grows_to_one_frame_and_no_further()
    {
        var reader = FromAgentReader();
        var stream = Messages.Framed(Enumerable.Repeat(OutputOf(FrameLimits.MaxOutputChunkBytes), 20));
        var largest = 0;

        for (var at = 0; at < stream.Length;)
        {
            var space = reader.Space;
            Assert.False(space.IsEmpty);
            var count = Math.Min(space.Length, stream.Length - at);
            stream.AsSpan(at, count).CopyTo(space.Span);
            reader.Advance(count);
            at += count;
            largest = Math.Max(largest, reader.BufferedBytes);
            while (reader.TryRead(out _)) { }
        }

        Assert.InRange(largest, FrameLimits.MaxOutputChunkBytes, FrameLimits.MaxFromAgentBytes + 4);
    }

    [Fact]
    public void Nothing_is_read_after_a_violation()
    {
        var reader = FromAgentReader();
        byte[] stream = [0, 0, 0, 0, .. Messages.Framed(new FromAgent { Started = new() { Id = 1 } })];
        Assert.Throws<ProtocolViolationException>(() => Messages.ReadAll(reader, stream, stream.Length));

        Assert.Throws<ProtocolViolationException>(() => reader.TryRead(out _));
    }

    [Fact]
    public void Unknown_fields_are_dropped()
    {
        // Field 1000 as a varint, then a Started: a later version of the protocol might send such a thing.
        byte[] message = [0xC0, 0x3E, 0x01, .. new FromAgent { Started = new() { Id = 7 } }.ToByteArray()];
        byte[] stream = [(byte)message.Length, 0, 0, 0, .. message];

        var read = Assert.Single(Messages.ReadAll(FromAgentReader(), stream, 3));

        Assert.Equal(new FromAgent { Started = new() { Id = 7 } }, read);
    }

    private static FrameReader<FromAgent> FromAgentReader() => new(FromAgent.Parser, FrameLimits.MaxFromAgentBytes);

    private static FromAgent OutputOf(int size) => new() { Output = new() { Id = 1, Data = ByteString.CopyFrom(new byte[size]) } };

    private static void AssertBounded(byte[] stream)
    {
        // The dearest two bytes of a frame are an empty Layer in a Hello: an object and its place in a list.
        const int AllocatedPerByte = 64;
        const int AllocatedOnce = 64 * 1024;
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Messages.ReadAll(FromAgentReader(), stream, 64);
        }
        catch (ProtocolViolationException)
        {
            // The one exception that a stream may cause.
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AllocatedOnce + (AllocatedPerByte * stream.Length));
    }
}
