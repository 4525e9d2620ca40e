using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using Mayfly.Agent.Jails;
using Mayfly.Protocol.Messages;
using File = Mayfly.Protocol.Messages.File;

namespace Mayfly.Agent.Executions;

/// <summary>Writes what a jailed child is started with: command, environment, files, stdin, in one block.</summary>
internal static class StartBlock
{
    private const uint ReadOnlyForOthers = 0x1A4; // 0644
    private const uint Executable = 0x1ED;        // 0755

    /// <summary>The block of one Execute.</summary>
    /// <exception cref="ArgumentException">Something in it cannot be given to a program.</exception>
    public static byte[] Of(Execute execute)
    {
        var runtime = Runtimes.Of(execute.Language);
        string[] arguments = [.. runtime.Command, .. execute.Args];
        var variables = Variables(execute);
        var program = new File { Path = runtime.MainFile, Content = execute.Code };
        Check(arguments, variables, execute);

        var writer = new Writer(execute.CalculateSize());
        foreach (var argument in arguments) writer.Text(argument);
        foreach (var (name, value) in variables) writer.Text($"{name}={value}");
        foreach (var file in execute.Files.Prepend(program)) writer.File(file);
        writer.Bytes(execute.Stdin.Span);
        return writer.Finish(new StartHeader
        {
            Magic = StartHeader.ExpectedMagic,
            Argc = (uint)arguments.Length,
            Envc = (uint)variables.Count,
            Filec = (uint)execute.Files.Count + 1,
            StdinBytes = (uint)execute.Stdin.Length,
        });
    }

    /// <summary>Clears what came with an Execute, of which the block is a copy.</summary>
    public static void Forget(Execute execute)
    {
        Forget(execute.Code);
        Forget(execute.Stdin);
        foreach (var file in execute.Files) Forget(file.Content);
    }

    // SAFETY: the bytes are the message's own, made when its frame was read, and nobody reads the message again.
    private static void Forget(ByteString bytes) => MemoryMarshal.AsMemory(bytes.Memory).Span.Clear();

    // A name that comes twice is the later one's: getenv would take the first.
    private static Dictionary<string, string> Variables(Execute execute)
    {
        var variables = new Dictionary<string, string>(Runtimes.Environment, StringComparer.Ordinal);
        foreach (var variable in execute.Env)
        {
            if (variable.Name.Length == 0 || variable.Name.Contains('='))
            {
                throw new ArgumentException($"env: \"{variable.Name}\" is no name for a variable");
            }

            variables[variable.Name] = variable.Value;
        }

        return variables;
    }

    private static void Check(string[] arguments, Dictionary<string, string> variables, Execute execute)
    {
        AtMost(arguments.Length, StartHeader.MaxArguments, "args");
        AtMost(variables.Count, StartHeader.MaxVariables, "env");
        AtMost(execute.Files.Count + 1, StartHeader.MaxFiles, "files");
        NoNul(arguments, "args");
        NoNul(variables.Keys.Concat(variables.Values), "env");
        NoNul(execute.Files.Select(file => file.Path), "files");
        foreach (var file in execute.Files)
        {
            if (file.Path.Split('/').Any(part => part is "" or "." or ".."))
            {
                throw new ArgumentException($"files: \"{file.Path}\" is not a path below /sandbox");
            }
        }
    }

    private static void AtMost(int count, int most, string what)
    {
        if (count > most) throw new ArgumentException($"{what}: {count} are more than {most}");
    }

    private static void NoNul(IEnumerable<string> texts, string what)
    {
        if (texts.Any(text => text.Contains('\0'))) throw new ArgumentException($"{what}: a NUL byte cannot be passed on");
    }

    // The header comes first and is known last.
    private struct Writer
    {
        private byte[] _block;
        private int _length;

        public Writer(int expectedBytes)
        {
            _block = new byte[Unsafe.SizeOf<StartHeader>() + expectedBytes + 1024];
            _length = Unsafe.SizeOf<StartHeader>();
        }

        public void Text(string text)
        {
            var bytes = Encoding.UTF8.GetByteCount(text);
            Encoding.UTF8.GetBytes(text, Room(bytes + 1));
        }

        public void File(File file)
        {
            var header = new StartFile
            {
                PathBytes = (uint)Encoding.UTF8.GetByteCount(file.Path) + 1,
                ContentBytes = (uint)file.Content.Length,
                Mode = file.Executable ? Executable : ReadOnlyForOthers,
            };
            Bytes(MemoryMarshal.AsBytes(new ReadOnlySpan<StartFile>(in header)));
            Text(file.Path);
            Bytes(file.Content.Span);
        }

        public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Room(bytes.Length));

        public byte[] Finish(StartHeader header)
        {
            header.TotalBytes = (uint)(_length - Unsafe.SizeOf<StartHeader>());
            if (header.TotalBytes > StartHeader.MaxBytes)
            {
                throw new ArgumentException($"the program with all that goes with it has {header.TotalBytes} bytes, more than {StartHeader.MaxBytes}");
            }

            MemoryMarshal.Write(_block, header);
            var whole = _block.AsSpan(0, _length).ToArray();
            Array.Clear(_block);
            return whole;
        }

        // Zeroed: a text's NUL is there already.
        private Span<byte> Room(int bytes)
        {
            if (_block.Length - _length < bytes)
            {
                var small = _block;
                Array.Resize(ref _block, Math.Max(small.Length * 2, _length + bytes));
                Array.Clear(small);
            }

            var room = _block.AsSpan(_length, bytes);
            _length += bytes;
            return room;
        }
    }
}
