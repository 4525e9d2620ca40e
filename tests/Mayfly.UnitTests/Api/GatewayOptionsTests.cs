using Mayfly.Api;
using Microsoft.Extensions.Configuration;

namespace Mayfly.UnitTests.Api;

public sealed class GatewayOptionsTests
{
    [Fact]
    public void Without_settings_the_contracts_numbers_are_in_force()
    {
        var options = From();

        Assert.Equal("127.0.0.1:8080", options.Endpoint.ToString());
        Assert.Equal((10_000, 268_435_456L, 102_400, 1_048_576), (options.Dispatch.Limits.TimeMs, options.Dispatch.Limits.MemoryBytes, options.Limits.CodeBytes, options.Limits.BodyBytes));
        Assert.Equal(2_000, options.Price.MicroUsd);
    }

    [Theory]
    [InlineData("Listen", "8080", "Listen is \"8080\"; it must be ADDRESS:PORT")]
    [InlineData("Listen", "127.0.0.1", "Listen is \"127.0.0.1\"")]
    [InlineData("Listen", "127.0.0.1:99999", "Listen is")]
    [InlineData("Listen", "example.com:80", "Listen is")]
    [InlineData("Limits:TimeMs", "0", "Limits:TimeMs is 0; it must be in 100..600000")]
    [InlineData("Limits:CodeBytes", "0", "Limits:CodeBytes is 0; it must be 1 to ")]
    [InlineData("Limits:CodeBytes", "2000000", "Limits:BodyBytes is 1048576, less than Limits:CodeBytes")]
    [InlineData("Limits:CodeBytes", "many", "Limits:CodeBytes is \"many\"; it must be a whole number, 1 to 1048576.")]
    [InlineData("Cells", "abc", "Cells is \"abc\"; it must be a whole number, in 1..31.")]
    [InlineData("cells", "99999999999", "Cells is \"99999999999\"; it must be a whole number, in 1..31.")]
    [InlineData("Cells", "32", "Cells is 32; it must be in 1..31.")]
    [InlineData("Queue:LengthPerSlot", "", "Queue:LengthPerSlot is \"\"; it must be a whole number, in 0..1000.")]
    [InlineData("Limits:TimeMs", "1.5", "Limits:TimeMs is \"1.5\"; it must be a whole number, in 100..600000.")]
    [InlineData("Http:Connections", "1", "Http:Connections is 1; it must be 16 to 1000000.")]
    [InlineData("Price:MicroUsd", "-1", "Price:MicroUsd is -1")]
    [InlineData("DrainSeconds", "-5", "DrainSeconds is -5")]
    [InlineData("Cells", "0", "Cells is 0")]
    [InlineData("Log:Format", "xml", "Log:Format is \"xml\"; it must be text or json.")]
    public void A_wrong_setting_is_named_with_its_value_and_what_it_may_be(string key, string value, string message)
    {
        Assert.Contains(message, Assert.Throws<OptionsException>(() => From((key, value))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_setting_is_named_at_once()
    {
        var wrong = Assert.Throws<OptionsException>(() => From(("DrainSeconds", "-5"), ("Http:HeaderSeconds", "0"), ("Listen", "x")));

        Assert.Equal(3, wrong.Problems.Count);
    }

    [Theory]
    [InlineData("127.0.0.1:1", "127.0.0.1:1")]
    [InlineData("0.0.0.0:80", "0.0.0.0:80")]
    [InlineData("[::1]:8080", "[::1]:8080")]
    [InlineData("localhost:8080", "127.0.0.1:8080")]
    public void An_address_is_read(string listen, string endpoint)
    {
        Assert.Equal(endpoint, From(("Listen", listen)).Endpoint.ToString());
    }

    private static GatewayOptions From(params (string Key, string Value)[] settings) =>
        GatewayOptions.From(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(pair => pair.Key, string? (pair) => pair.Value)).Build());
}
