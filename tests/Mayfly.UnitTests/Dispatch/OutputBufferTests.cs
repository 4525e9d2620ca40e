using System.Buffers;
using System.Text;
using CsCheck;
using Google.Protobuf;
using Mayfly.Dispatch;

namespace Mayfly.UnitTests.Dispatch;

public sealed class OutputBufferTests
{
    [Fact]
    public void Any_split_gives_the_same_text() =>
        Gen.Select(Gen.Byte.Array[0, 40_000], Gen.Int[1, 9_000].Array[1, 5]).Sample((bytes, pieces) =>
            Collect(bytes, pieces).TakeText(cut: false) == Encoding.UTF8.GetString(bytes), iter: 300);

    [Fact]
    public void A_cut_goes_between_characters() =>
        Gen.Select(Gen.String[Gen.Char["aé€\n\0"], 0, 30], Gen.Int[0, 100], Gen.Int[1, 7]).Sample((plain, at, piece) =>
        {
            var text = plain + "🦋" + plain;
            var bytes = Encoding.UTF8.GetBytes(text);
            var cut = bytes[..Math.Min(at, bytes.Length)];

            var kept = Collect(cut, piece).TakeText(cut: true);

            return text.StartsWith(kept, StringComparison.Ordinal) && cut.Length - Encoding.UTF8.GetByteCount(kept) < 4;
        });

    [Theory]
    [InlineData("61", true, "a")]
    [InlineData("61 C3", true, "a")]
    [InlineData("61 C3", false, "a\uFFFD")]
    [InlineData("61 E2 82", true, "a")]
    [InlineData("61 F0 9F A6", true, "a")]
    [InlineData("61 F0 9F A6 8B", true, "a🦋")]
    [InlineData("61 FF", true, "a\uFFFD")] // no beginning of anything: the program's own
    [InlineData("61 80 80 80 80", true, "a\uFFFD\uFFFD\uFFFD\uFFFD")]
    [InlineData("C0 80", false, "\uFFFD\uFFFD")]
    [InlineData("ED A0 80", false, "\uFFFD\uFFFD\uFFFD")] // a surrogate
    [InlineData("FF 00", false, "\uFFFD\0")]
    [InlineData("", true, "")]
    public void What_is_not_UTF8_becomes_U_FFFD_and_what_is_cut_is_left_out(string hex, bool cut, string expected) =>
        Assert.Equal(expected, Collect(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), 2).TakeText(cut));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_array_goes_back_cleared(bool taken)
    {
        // The pool gives this thread the arrays that it gave back last.
        var buffer = Collect([.. Enumerable.Repeat((byte)7, 100_000)], 1_000);
        if (taken) buffer.TakeText(cut: false);
        else buffer.Release();

        byte[][] rented = [.. Enumerable.Range(3, 5).Select(doublings => ArrayPool<byte>.Shared.Rent(1024 << doublings))];

        // What others left behind what was used of it is not its affair.
        Assert.All(rented, array => Assert.True(array.AsSpan().IndexOf(Enumerable.Repeat((byte)7, 16).ToArray()) < 0));
    }

    [Fact]
    public void It_is_empty_after_it_was_taken()
    {
        var buffer = Collect([1, 2, 3], 1);
        buffer.TakeText(cut: false);

        Assert.Equal((0, ""), (buffer.Length, buffer.TakeText(cut: false)));
    }

    [Fact]
    public void Many_small_pieces_are_not_copied_again_and_again()
    {
        var piece = ByteString.CopyFrom(new byte[16]);
        var buffer = new OutputBuffer();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 65_536; i++) buffer.Append(piece);

        // 1 MiB, doubled from 8 KiB: all arrays together at most 2 MiB, and some of them from the pool.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_300_000);
        buffer.Release();
    }

    private static OutputBuffer Collect(ReadOnlySpan<byte> bytes, params int[] pieces)
    {
        var buffer = new OutputBuffer();
        for (var i = 0; !bytes.IsEmpty; i++)
        {
            var count = Math.Min(pieces[i % pieces.Length], bytes.Length);
            buffer.Append(ByteString.CopyFrom(bytes[..count]));
            bytes = bytes[count..];
        }

        return buffer;
    }
}
