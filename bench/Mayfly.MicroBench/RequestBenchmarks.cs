using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Mayfly.Api;

namespace Mayfly.MicroBench;

/// <summary>Validate: a body read strictly.</summary>
public class RequestBenchmarks
{
    private const int CodeLimit = 102_400;

    private readonly byte[] _small = """{"language": "python", "code": "print(1)"}"""u8.ToArray();
    private readonly byte[] _large = JsonSerializer.SerializeToUtf8Bytes(new { language = "python", code = new StringBuilder().Insert(0, "print('a line of a program')\n", 3_000).ToString() });

    /// <summary>A program of one line.</summary>
    [Benchmark]
    public object ParseSmall() => ExecuteRequest.Parse(_small, CodeLimit);

    /// <summary>A program of 3 000 lines, with escapes.</summary>
    [Benchmark]
    public object ParseLarge() => ExecuteRequest.Parse(_large, CodeLimit);
}
