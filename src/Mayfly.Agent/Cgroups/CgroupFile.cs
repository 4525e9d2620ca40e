using System.Buffers.Text;
using System.Text;
using Mayfly.Agent.Kernel;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Cgroups;

/// <summary>One file of a group, open: what is read at the end of every execution, or written more than once, is not opened anew for it.</summary>
/// <param name="file">Owned from here on.</param>
/// <param name="directory">Whose file it is; for messages only, as is its name.</param>
/// <param name="name">See there.</param>
internal sealed class CgroupFile(SafeFileHandle file, CgroupDirectory directory, string name) : IDisposable
{
    // The longest of the files read here is memory.events of v2, about 100 bytes.
    private const int MaxBytes = 1024;

    /// <summary>The descriptor, for the kernel only.</summary>
    public int Descriptor => file.Number();

    /// <summary>The file's only number; "max" is <see cref="long.MaxValue"/>.</summary>
    public long ReadNumber()
    {
        Span<byte> buffer = stackalloc byte[MaxBytes];
        return Number(Read(buffer));
    }

    /// <summary>The number after <paramref name="key"/> in a file of "key number" lines; 0 if the kernel does not have the key.</summary>
    public long ReadKeyed(ReadOnlySpan<byte> key)
    {
        Span<byte> buffer = stackalloc byte[MaxBytes];
        var text = Read(buffer);
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            if (line.Length > key.Length && line.StartsWith(key) && line[key.Length] == ' ') return Number(line[(key.Length + 1)..]);
        }

        return 0;
    }

    public string ReadText()
    {
        Span<byte> buffer = stackalloc byte[MaxBytes];
        return Encoding.ASCII.GetString(Read(buffer)).Trim();
    }

    /// <summary>Writes the file's only number.</summary>
    public void Write(long value)
    {
        Span<byte> text = stackalloc byte[21];
        Utf8Formatter.TryFormat(value, text, out var length);
        text[length] = (byte)'\n';
        Write(text[..(length + 1)]);
    }

    public void Write(string value) => Write(Encoding.ASCII.GetBytes($"{value}\n"));

    public void Dispose() => file.Dispose();

    private unsafe void Write(ReadOnlySpan<byte> line)
    {
        fixed (byte* start = line)
        {
            // A limit is taken whole or refused.
            if (LibC.WriteAt(file, start, (nuint)line.Length, 0) != line.Length)
            {
                throw KernelException.Last($"write {Encoding.ASCII.GetString(line[..^1])} to {directory.Path}/{name}");
            }
        }
    }

    // Once: the kernel makes the whole text for each read that begins at its start.
    private unsafe ReadOnlySpan<byte> Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            var count = (int)LibC.ReadAt(file, start, (nuint)buffer.Length, 0);
            return count >= 0 ? buffer[..count] : throw KernelException.Last($"read {directory.Path}/{name}");
        }
    }

    private long Number(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("max"u8)) return long.MaxValue;
        if (Utf8Parser.TryParse(text, out ulong value, out _)) return (long)Math.Min(value, long.MaxValue);
        if (Utf8Parser.TryParse(text, out long negative, out _)) return negative;
        throw new InvalidDataException($"{directory.Path}/{name}: \"{Encoding.ASCII.GetString(text)}\" is no number");
    }
}
