using Mayfly.Client;

namespace Mayfly.ClientTests;

/// <summary>One class, so that no other of its tests runs while a variable is changed.</summary>
public sealed class EnvironmentTests : IDisposable
{
    private readonly (string Name, string? Value)[] _before =
        [.. ((string[])["MAYFLY_API_KEY", "MAYFLY_BASE_URL"]).Select(name => (name, Environment.GetEnvironmentVariable(name)))];

    public EnvironmentTests() => Set(null, null);

    [Fact]
    public void Key_and_base_url_come_from_the_environment()
    {
        Set("uc-environment", "http://environment.test");
        var settings = Settings.Of(new MayflyOptions());
        Assert.Equal(("uc-environment", "http://environment.test"), (settings.ApiKey, settings.BaseUrl));
    }

    [Fact]
    public void Arguments_win_over_the_environment()
    {
        Set("uc-environment", "http://environment.test");
        var settings = Settings.Of(new MayflyOptions { ApiKey = "uc-argument", BaseUrl = "http://argument.test" });
        Assert.Equal(("uc-argument", "http://argument.test"), (settings.ApiKey, settings.BaseUrl));
    }

    [Fact]
    public void The_default_base_url_is_this_machines() =>
        Assert.Equal("http://127.0.0.1:8080", Settings.Of(new MayflyOptions { ApiKey = "uc-argument" }).BaseUrl);

    [Fact]
    public void A_client_without_a_key_cannot_be_made() =>
        Assert.Contains("MAYFLY_API_KEY", Assert.Throws<MayflyException>(() => new MayflyClient()).Message, StringComparison.Ordinal);

    public void Dispose()
    {
        foreach (var (name, value) in _before) Environment.SetEnvironmentVariable(name, value);
    }

    private static void Set(string? key, string? baseUrl)
    {
        Environment.SetEnvironmentVariable("MAYFLY_API_KEY", key);
        Environment.SetEnvironmentVariable("MAYFLY_BASE_URL", baseUrl);
    }
}
