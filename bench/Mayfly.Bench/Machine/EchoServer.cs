using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mayfly.Bench.Machine;

/// <summary>An HTTP server that does nothing but answer: what the gateway's server costs without Mayfly, and what the client is able to ask.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private static readonly byte[] Answer = """{"stdout":"1\n","stderr":"","exitCode":0,"executionTimeMs":0.00,"memoryUsageMb":0.00,"timedOut":false,"error":null,"cost":0}"""u8.ToArray();

    private readonly WebApplication _app;

    private EchoServer(WebApplication app, IPEndPoint endpoint) => (_app, Endpoint) = (app, endpoint);

    public IPEndPoint Endpoint { get; }

    public static async Task<EchoServer> StartAsync(CancellationToken stop)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(async http =>
        {
            // The body is read, as a real server would.
            await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = Answer.Length;
            await http.Response.Body.WriteAsync(Answer, http.RequestAborted);
        });
        await app.StartAsync(stop);
        var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return new EchoServer(app, IPEndPoint.Parse(new Uri(address).Authority));
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
