using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using Mayfly.Protocol;
using Mayfly.Protocol.Messages;

namespace Mayfly.MicroBench;

/// <summary>The cell protocol: a message into the stream, and the answers of one execution out of it.</summary>
public class FrameBenchmarks
{
    private readonly FrameWriter _writer = new(FrameLimits.MaxToAgentBytes);
    private readonly FrameReader<FromAgent> _reader = new(FromAgent.Parser, FrameLimits.MaxFromAgentBytes);
    private readonly ToAgent _execute = new() { Execute = new Execute { Id = 1, Language = Language.Python, Code = ByteString.CopyFromUtf8("print(1)") } };
    private byte[] _answers = [];

    /// <summary>What an agent says of a print(1).</summary>
    [GlobalSetup]
    public void Write()
    {
        var writer = new FrameWriter(FrameLimits.MaxFromAgentBytes);
        writer.Write(new FromAgent { Started = new Started { Id = 1 } });
        writer.Write(new FromAgent { Output = new Output { Id = 1, Stream = Protocol.Messages.Stream.Stdout, Data = ByteString.CopyFromUtf8("1\n") } });
        writer.Write(new FromAgent { Finished = new Finished { Id = 1 } });
        writer.Write(new FromAgent { SlotReady = new SlotReady { Slot = 1 } });
        _answers = writer.Pending.ToArray();
    }

    /// <summary>FrameWriter.</summary>
    [Benchmark]
    public int WriteExecute()
    {
        _writer.Write(_execute);
        var bytes = _writer.PendingBytes;
        _writer.Sent(bytes);
        return bytes;
    }

    /// <summary>FrameReader.</summary>
    [Benchmark]
    public int ReadAnswersOfAnExecution()
    {
        _answers.CopyTo(_reader.Space);
        _reader.Advance(_answers.Length);
        var count = 0;
        while (_reader.TryRead(out _))
        {
            count++;
        }

        return count;
    }
}
