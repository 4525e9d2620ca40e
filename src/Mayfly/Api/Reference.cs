namespace Mayfly.Api;

internal static class Reference
{
    public static readonly Action<RouteHandlerBuilder> Execute = b => { };
    public static readonly Action<RouteHandlerBuilder> Runtimes = b => { };
    public static readonly Action<RouteHandlerBuilder> Limits = b => { };
    public static readonly Action<RouteHandlerBuilder> Usage = b => { };
    public static readonly Action<RouteHandlerBuilder> Live = b => { };
    public static readonly Action<RouteHandlerBuilder> Ready = b => { };

    public static void AddTo(IServiceCollection services)
    {
    }

    public static void MapPages(WebApplication app)
    {
    }

    public static void Describe(this RouteHandlerBuilder route, string prefix, Action<RouteHandlerBuilder> description)
    {
        if (prefix == "/api/v1") route.ExcludeFromDescription();
        else description(route);
    }
}
