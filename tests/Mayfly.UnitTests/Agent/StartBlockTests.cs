using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Google.Protobuf;
using Mayfly.Agent.Executions;
using Mayfly.Protocol.Messages;
using File = Mayfly.Protocol.Messages.File;

namespace Mayfly.UnitTests.Agent;

/// <summary>The block that a jailed child reads, as protocol.h describes it.</summary>
public sealed class StartBlockTests
{
    [Fact]
    public void Everything_comes_out_as_it_went_in() =>
        Gen.Select(
            Gen.String[Gen.Char['a', 'z'], 0, 20].Array[0, 5],
            Gen.Byte.Array[0, 3000],
            Gen.Byte.Array[0, 300],
            Gen.Select(Gen.String[Gen.Char['a', 'z'], 1, 10], Gen.Byte.Array[0, 500], Gen.Bool).Array[0, 4]).Sample((args, code, stdin, files) =>
        {
            var execute = new Execute { Language = Language.Python, Code = ByteString.CopyFrom(code), Stdin = ByteString.CopyFrom(stdin) };
            execute.Args.AddRange(args);
            execute.Env.Add(new EnvironmentVariable { Name = "LANG", Value = "replaced" });
            execute.Files.AddRange(files.Select(file => new File { Path = file.Item1, Content = ByteString.CopyFrom(file.Item2), Executable = file.Item3 }));

            var read = Read(StartBlock.Of(execute));

            Assert.Equal(["/usr/bin/python3", "main.py", .. args], read.Arguments);
            Assert.Single(read.Environment, entry => entry.StartsWith("LANG=", StringComparison.Ordinal));
            Assert.Contains("LANG=replaced", read.Environment);
            Assert.Contains("TZ=UTC", read.Environment);
            Assert.Equal(stdin, read.Stdin);
            Assert.Equal("main.py", read.Files[0].Path);
            Assert.Equal(code, read.Files[0].Content);
            Assert.Equal(files.Select(file => (file.Item1, file.Item3 ? 0x1EDu : 0x1A4u)), read.Files.Skip(1).Select(file => (file.Path, file.Mode)));
            Assert.All(files.Zip(read.Files.Skip(1)), pair => Assert.Equal(pair.First.Item2, pair.Second.Content));
        }, iter: 300);

    [Theory]
    [InlineData("NAME\0", "v")]
    [InlineData("A=B", "v")]
    [InlineData("", "v")]
    [InlineData("NAME", "a\0b")]
    public void Variable_that_cannot_be_one_is_refused(string name, string value) =>
        Refused(execute => execute.Env.Add(new EnvironmentVariable { Name = name, Value = value }));

    [Theory]
    [InlineData("..")]
    [InlineData("/x")]
    [InlineData("a/./b")]
    [InlineData("a/")]
    [InlineData("a\0")]
    public void Path_that_leaves_sandbox_is_refused(string path) => Refused(execute => execute.Files.Add(new File { Path = path }));

    [Fact]
    public void More_than_a_child_takes_is_refused()
    {
        Refused(execute => execute.Args.AddRange(Enumerable.Repeat("a", 256)));
        Refused(execute => execute.Files.AddRange(Enumerable.Range(0, 256).Select(i => new File { Path = $"f{i}" })));
        Refused(execute => execute.Env.AddRange(Enumerable.Range(0, 256).Select(i => new EnvironmentVariable { Name = $"V{i}" })));
        Refused(execute => execute.Stdin = ByteString.CopyFrom(new byte[4 << 20]));
    }

    [Fact]
    public void Unknown_language_is_refused() => Refused(execute => execute.Language = Language.Unspecified);

    private static void Refused(Action<Execute> change)
    {
        var execute = new Execute { Language = Language.Python };
        change(execute);
        Assert.Throws<ArgumentException>(() => StartBlock.Of(execute));
    }

    private static (string[] Arguments, string[] Environment, (string Path, byte[] Content, uint Mode)[] Files, byte[] Stdin) Read(byte[] block)
    {
        Assert.Equal(0x594c464du, U32(0));
        Assert.Equal((uint)block.Length - 24, U32(4));
        var at = 24;
        var arguments = Enumerable.Range(0, (int)U32(8)).Select(_ => Text()).ToArray();
        var environment = Enumerable.Range(0, (int)U32(12)).Select(_ => Text()).ToArray();
        var files = Enumerable.Range(0, (int)U32(16)).Select(_ =>
        {
            var (pathBytes, contentBytes, mode) = ((int)U32(at), (int)U32(at + 4), U32(at + 8));
            at += 12;
            var path = Text();
            Assert.Equal(pathBytes, Encoding.UTF8.GetByteCount(path) + 1);
            var content = block[at..(at + contentBytes)];
            at += contentBytes;
            return (path, content, mode);
        }).ToArray();
        var stdin = block[at..];
        Assert.Equal(U32(20), (uint)stdin.Length);
        return (arguments, environment, files, stdin);

        uint U32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(block.AsSpan(offset));

        string Text()
        {
            var end = Array.IndexOf(block, (byte)0, at);
            var text = Encoding.UTF8.GetString(block, at, end - at);
            at = end + 1;
            return text;
        }
    }
}
