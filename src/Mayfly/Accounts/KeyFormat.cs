using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Mayfly.Accounts;

/// <summary>How a key is written: <c>uc-</c>, 256 random bits, a checksum.</summary>
/// <remarks>
/// The checksum tells a typo from an unknown key without a look into the database. It is made of the secret alone, is
/// stored nowhere, and so helps nobody to guess one.
/// </remarks>
internal static class KeyFormat
{
    public const string Prefix = "uc-";

    public const int Length = 3 + SecretLength + ChecksumLength;

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int SecretBytes = 32;

    // 62^43 is the first power of 62 over 2^256, 62^6 the first over 2^32.
    private const int SecretLength = 43;
    private const int ChecksumLength = 6;

    private static readonly SearchValues<char> AllDigits = SearchValues.Create(Digits);

    /// <summary>A new key that nobody has.</summary>
    public static string Create() => Write(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The key whose secret is <paramref name="secret"/>.</summary>
    public static string Write(ReadOnlySpan<byte> secret)
    {
        var key = Prefix + Base62(new BigInteger(secret, isUnsigned: true, isBigEndian: true), SecretLength);
        return key + Checksum(key);
    }

    /// <summary>Whether the text can be a key at all.</summary>
    public static bool IsWellFormed([NotNullWhen(true)] string? text) =>
        text is { Length: Length }
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.AsSpan(Prefix.Length).IndexOfAnyExcept(AllDigits) < 0
        && CryptographicOperations.FixedTimeEquals(
            MemoryMarshal.AsBytes(text.AsSpan(Length - ChecksumLength)), MemoryMarshal.AsBytes(Checksum(text.AsSpan(0, Length - ChecksumLength)).AsSpan()));

    /// <summary>What is stored of a key, and found again by: SHA-256.</summary>
    /// <remarks>256 random bits cannot be guessed, so a slow hash with salt would protect nothing more.</remarks>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static string Checksum(ReadOnlySpan<char> key)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var length = Encoding.UTF8.GetBytes(key, bytes);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], hash);
        return Base62(new BigInteger(hash[..4], isUnsigned: true, isBigEndian: true), ChecksumLength);
    }

    private static string Base62(BigInteger number, int length)
    {
        var text = new char[length];
        for (var at = length - 1; at >= 0; at--)
        {
            number = BigInteger.DivRem(number, Digits.Length, out var digit);
            text[at] = Digits[(int)digit];
        }

        return new string(text);
    }
}
