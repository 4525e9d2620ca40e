using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Mayfly.Fuzz;

/// <summary>Changes an input in a few places.</summary>
internal static class Mutation
{
    // Where lengths and counts go wrong.
    private static readonly uint[] s_numbers = [0, 1, 2, 127, 128, 255, 256, 65_535, 65_536, 69_632, 69_633, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF];

    internal static byte[] Of(List<byte[]> corpus, IReadOnlyList<string> words, Random random, int maxBytes)
    {
        var input = corpus[random.Next(corpus.Count)].ToList();
        for (var changes = 1 + random.Next(6); changes > 0; changes--) Change(input, corpus, words, random);
        return [.. input.Take(maxBytes)];
    }

    private static void Change(List<byte> input, List<byte[]> corpus, IReadOnlyList<string> words, Random random)
    {
        var at = random.Next(input.Count + 1);
        var rest = input.Count - at;
        if (words.Count > 0 && random.Next(3) == 0)
        {
            input.InsertRange(at, Encoding.UTF8.GetBytes(words[random.Next(words.Count)]));
            return;
        }

        switch (random.Next(8))
        {
            case 0 when rest > 0:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when rest > 0:
                input[at] = (byte)random.Next(256);
                break;
            case 2 when rest >= 4:
                var number = new byte[4];
                BinaryPrimitives.WriteUInt32LittleEndian(number, s_numbers[random.Next(s_numbers.Length)]);
                for (var i = 0; i < 4; i++) input[at + i] = number[i];
                break;
            case 3:
                input.InsertRange(at, RandomBytes(random));
                break;
            case 4 when rest > 0:
                input.RemoveRange(at, 1 + random.Next(Math.Min(rest, 64)));
                break;
            case 5 when rest > 0:
                input.InsertRange(random.Next(input.Count + 1), input.GetRange(at, 1 + random.Next(Math.Min(rest, 256))));
                break;
            case 6:
                input.InsertRange(at, corpus[random.Next(corpus.Count)].Take(4096));
                break;
            case 7 when input.Count >= 4:
                // A length that fits lets the message behind it be parsed.
                BinaryPrimitives.WriteInt32LittleEndian(CollectionsMarshal.AsSpan(input), input.Count - 4);
                break;
            default:
                input.Insert(at, (byte)random.Next(256));
                break;
        }
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[1 + random.Next(32)];
        random.NextBytes(bytes);
        return bytes;
    }
}
