using Mayfly.Client;

// Where every AddSomething is found without another using.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Mayfly among an application's services.</summary>
public static class MayflyServices
{
    /// <summary>Adds <see cref="MayflyClient"/>, whose requests go by IHttpClientFactory.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets options; null: all from the environment.</param>
    /// <returns>For handlers of your own. Retries and timeouts are the client's already: leave a resilience handler out.</returns>
    public static IHttpClientBuilder AddMayfly(this IServiceCollection services, Action<MayflyOptions>? configure = null)
    {
        services.AddTransient(provider =>
        {
            var options = new MayflyOptions();
            configure?.Invoke(options);
            return new MayflyClient(provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(MayflyClient)), options);
        });
        return services.AddHttpClient(nameof(MayflyClient), http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(MayflyClient.CreateHandler)
            .RedactLoggedHeaders(["Authorization"]);
    }
}
