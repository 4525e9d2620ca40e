using System.Runtime.InteropServices;
using CsCheck;
using Google.Protobuf;
using Mayfly.Protocol;
using Mayfly.Protocol.Messages;

namespace Mayfly.UnitTests.Protocol;

public sealed class FrameWriterTests
{
    [Fact]
    public void What_is_sent_in_parts_is_read_whole() =>
        Gen.Select(Messages.FromAgent.List[1, 40], Gen.Int[1, 2_000].Array[1, 5]).Sample((messages, parts) =>
        {
            var writer = new FrameWriter(FrameLimits.MaxFromAgentBytes);
            var sent = new List<byte>();
            for (var i = 0; i < messages.Count || writer.PendingBytes > 0; i++)
            {
                if (i < messages.Count) writer.Write(messages[i]);
                var part = Math.Min(parts[i % parts.Length], writer.PendingBytes);
                sent.AddRange(writer.Pending.Span[..part]);
                writer.Sent(part);
            }

            var reader = new FrameReader<FromAgent>(FromAgent.Parser, FrameLimits.MaxFromAgentBytes);
            return messages.SequenceEqual(Messages.ReadAll(reader, sent.ToArray(), 512));
        }, iter: 300);

    [Fact]
    public void What_was_sent_is_cleared_wherever_it_was() =>
        Gen.Select(Messages.FromAgent.List[1, 60], Gen.Int[1, 2_000].Array[1, 5]).Sample((messages, parts) =>
        {
            var writer = new FrameWriter(FrameLimits.MaxFromAgentBytes);
            var buffers = new HashSet<byte[]>();
            for (var i = 0; i < messages.Count || writer.PendingBytes > 0; i++)
            {
                if (i < messages.Count) writer.Write(messages[i]);
                if (MemoryMarshal.TryGetArray(writer.Pending, out var buffer)) buffers.Add(buffer.Array!);
                writer.Sent(Math.Min(parts[i % parts.Length], writer.PendingBytes));
            }

            return buffers.All(buffer => !buffer.ContainsAnyExcept((byte)0));
        }, iter: 300);

    [Fact]
    public void A_message_over_the_limit_is_not_written()
    {
        var writer = new FrameWriter(FrameLimits.MaxControlBytes);
        var large = new FromAgent { NotReady = new() { Reason = new string('x', FrameLimits.MaxControlBytes) } };

        var refused = Assert.Throws<ArgumentException>(() => writer.Write(large));

        Assert.Contains("FromAgent", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, writer.PendingBytes);
    }

    [Fact]
    public void Writing_into_a_used_buffer_allocates_nothing()
    {
        var writer = new FrameWriter(FrameLimits.MaxFromAgentBytes);
        IMessage message = new FromAgent { Output = new() { Id = 1, Data = ByteString.CopyFrom(new byte[1000]) } };
        Send();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Send();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Send()
        {
            writer.Write(message);
            writer.Sent(writer.PendingBytes);
        }
    }

    [Fact]
    public void A_large_buffer_is_given_back_once_it_is_sent()
    {
        var writer = new FrameWriter(FrameLimits.MaxToAgentBytes);
        writer.Write(new ToAgent { Execute = new() { Code = ByteString.CopyFrom(new byte[1 << 20]) } });
        writer.Sent(writer.PendingBytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        writer.Write(new ToAgent { Execute = new() { Code = ByteString.CopyFrom(new byte[100_000]) } });

        // The code, its copy in a new buffer: a kept buffer would make only the first.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 200_000, 400_000);
    }
}
