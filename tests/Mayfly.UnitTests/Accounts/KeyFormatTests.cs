using CsCheck;
using Mayfly.Accounts;

namespace Mayfly.UnitTests.Accounts;

public sealed class KeyFormatTests
{
    [Fact]
    public void A_key_has_its_prefix_and_length_and_is_well_formed()
    {
        Gen.Byte.Array[32].Sample(secret =>
        {
            var key = KeyFormat.Write(secret);
            return key.Length == KeyFormat.Length && key.StartsWith("uc-", StringComparison.Ordinal) && key[3..].All(char.IsAsciiLetterOrDigit) && KeyFormat.IsWellFormed(key);
        });
    }

    [Fact]
    public void Different_secrets_are_different_keys()
    {
        Gen.Select(Gen.Byte.Array[32], Gen.Byte.Array[32]).Sample((one, other) => one.SequenceEqual(other) || KeyFormat.Write(one) != KeyFormat.Write(other));
        Assert.Equal(52, KeyFormat.Write(new byte[32]).Length);
        Assert.Equal(52, KeyFormat.Write([.. Enumerable.Repeat((byte)255, 32)]).Length);
    }

    [Fact]
    public void One_wrong_character_is_found()
    {
        Gen.Select(Gen.Byte.Array[32], Gen.Int[0, KeyFormat.Length - 1], Gen.Char).Sample((secret, at, wrong) =>
        {
            var key = KeyFormat.Write(secret);
            return key[at] == wrong || !KeyFormat.IsWellFormed(key[..at] + wrong + key[(at + 1)..]);
        }, iter: 10_000);
    }

    [Fact]
    public void Two_swapped_characters_are_found()
    {
        Gen.Select(Gen.Byte.Array[32], Gen.Int[3, KeyFormat.Length - 2]).Sample((secret, at) =>
        {
            var key = KeyFormat.Write(secret);
            return key[at] == key[at + 1] || !KeyFormat.IsWellFormed($"{key[..at]}{key[at + 1]}{key[at]}{key[(at + 2)..]}");
        }, iter: 10_000);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("uc-")]
    [InlineData("uc-0000000000000000000000000000000000000000000000000")]
    public void What_is_no_key_is_not_well_formed(string? text)
    {
        Assert.False(KeyFormat.IsWellFormed(text));
    }

    [Fact]
    public void Keys_are_not_repeated()
    {
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => KeyFormat.Create()).Distinct().Count());
    }

    [Fact]
    public void The_format_stays_what_it_is()
    {
        // Keys are out there: a change of digits, order or checksum would void them all.
        Assert.Equal("uc-" + new string('0', 43), KeyFormat.Write(new byte[32])[..46]);
        Assert.Equal(KnownKey, KeyFormat.Write([.. Enumerable.Range(1, 32).Select(i => (byte)i)]));
    }

    private const string KnownKey = "uc-0Eoh211G4c8wtVWM00my5rsNSFlKgaWqQ4mb8gdEqno3jw9eX";
}
