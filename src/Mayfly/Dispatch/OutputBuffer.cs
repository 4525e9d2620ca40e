using System.Buffers;
using System.Text;
using Google.Protobuf;

namespace Mayfly.Dispatch;

/// <summary>Collects one stream of one execution, up to the output limit, and turns it into text.</summary>
/// <remarks>
/// Most programs print a line: that one piece is kept as it came. More goes into one array of the shared pool, which
/// doubles, so that a byte is copied twice at most on the average. Bytes held: at most twice the limit. An array goes back cleared: the next one who borrows it
/// is another key's execution.
/// </remarks>
internal struct OutputBuffer
{
    private const int FirstArrayBytes = 8 * 1024;

    private ByteString? _only;
    private byte[]? _array;

    /// <summary>Bytes collected.</summary>
    public int Length { get; private set; }

    /// <summary>Appends a piece; the caller has checked that the sum stays within the limit.</summary>
    public void Append(ByteString piece)
    {
        if (Length == 0)
        {
            _only = piece;
        }
        else
        {
            var end = Length + piece.Length;
            if (_array is null || _array.Length < end) Grow(end);
            piece.Span.CopyTo(_array.AsSpan(Length));
        }

        Length += piece.Length;
    }

    /// <summary>The bytes as text; what is not UTF-8 becomes U+FFFD. Afterwards the buffer is empty.</summary>
    /// <param name="cut">The program wrote more: a character that the cut went through is left out.</param>
    public string TakeText(bool cut)
    {
        var bytes = _array is null ? _only is null ? [] : _only.Span : _array.AsSpan(0, Length);
        if (cut) bytes = bytes[..WholeCharacters(bytes)];
        var text = Encoding.UTF8.GetString(bytes);
        Release();
        return text;
    }

    /// <summary>Gives the memory back; afterwards the buffer is empty.</summary>
    public void Release()
    {
        GiveBack();
        (_array, _only, Length) = (null, null, 0);
    }

    // The length without a last character that is begun and not ended. Bytes that no continuation could make valid stay:
    // they are the program's own.
    internal static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        // A character has at most four bytes, so an unfinished one begins among the last three.
        for (var begin = bytes.Length - 1; begin >= Math.Max(0, bytes.Length - 3); begin--)
        {
            if ((bytes[begin] & 0xC0) == 0x80) continue;
            return Rune.DecodeFromUtf8(bytes[begin..], out _, out _) == OperationStatus.NeedMoreData ? begin : bytes.Length;
        }

        return bytes.Length;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstArrayBytes, Math.Max(needed, _array?.Length * 2 ?? 0)));
        if (_array is null)
        {
            _only!.Span.CopyTo(larger);
            _only = null;
        }
        else
        {
            _array.AsSpan(0, Length).CopyTo(larger);
            GiveBack();
        }

        _array = larger;
    }

    private readonly void GiveBack()
    {
        if (_array is null) return;
        _array.AsSpan(0, Length).Clear();
        ArrayPool<byte>.Shared.Return(_array);
    }
}
