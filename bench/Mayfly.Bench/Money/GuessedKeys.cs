using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Mayfly.Bench.Money;

/// <summary>Keys as a guesser makes them who knows how they are written: <c>uc-</c>, 43 digits, a checksum of 6.</summary>
internal static class GuessedKeys
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int Known = 3 + 37;

    public static string Random() => Finish("uc-" + RandomNumberGenerator.GetString(Digits, 43));

    /// <summary>All but its last digits are those of a good one.</summary>
    public static string NearMiss(string key) => Finish(key[..Known] + RandomNumberGenerator.GetString(Digits, 6));

    private static string Finish(string secret)
    {
        var number = new BigInteger(SHA256.HashData(Encoding.ASCII.GetBytes(secret)).AsSpan(0, 4), isUnsigned: true, isBigEndian: true);
        var checksum = "";
        for (var digit = 0; digit < 6; digit++)
        {
            number = BigInteger.DivRem(number, Digits.Length, out var last);
            checksum = Digits[(int)last] + checksum;
        }

        return secret + checksum;
    }
}
