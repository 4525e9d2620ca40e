using Mayfly.Store;

namespace Mayfly.Api;

/// <summary>Around every request: its id, the headers of every answer, and the net under everything.</summary>
internal sealed class Outermost(RequestDelegate next, DrainState drain, ILogger<Outermost> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        http.TraceIdentifier = RequestId.Create();
        WriteHeaders(http);
        try
        {
            await next(http);
            if (!http.Response.HasStarted && Missing(http) is { } problem) await new ProblemResult(problem).ExecuteAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client hung up; there is nobody to answer.
        }
        catch (IOException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The same, seen by a write.
        }
        catch (DatabaseException away)
        {
            Log.DatabaseAway(log, RequestId.Of(http), away.Message);
            await AnswerAsync(http, Problems.DatabaseAway());
        }
        catch (BadHttpRequestException)
        {
            await AnswerAsync(http, Problems.Of(ProblemCode.InvalidRequest, "The request is not understood.") with { Closes = true });
        }
        catch (Exception bug)
        {
            Log.Bug(log, bug, RequestId.Of(http));
            await AnswerAsync(http, Problems.Bug());
        }
    }

    private void WriteHeaders(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers[RequestId.Header] = RequestId.Of(http);
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        if (drain.IsDraining) headers.Connection = "close";
    }

    // What routing leaves empty.
    private static Problem? Missing(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => Problems.Of(ProblemCode.NotFound, "There is nothing at this path. /openapi/v1.json lists what there is."),
        StatusCodes.Status405MethodNotAllowed => Problems.Of(ProblemCode.MethodNotAllowed, $"Only {http.Response.Headers.Allow} is allowed here."),
        _ => null,
    };

    private async Task AnswerAsync(HttpContext http, Problem problem)
    {
        if (http.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            http.Abort();
            return;
        }

        http.Response.Clear();
        WriteHeaders(http);
        await new ProblemResult(problem).ExecuteAsync(http);
    }
}
