using Mayfly.Store;

namespace Mayfly.Api;

/// <summary>GET /healthz/live and /healthz/ready.</summary>
internal sealed class HealthEndpoints(CellSide cells, Database database, Writer writer, DrainState drain)
{
    /// <summary>The process answers.</summary>
    internal static IResult Live() => Results.Json(new HealthAnswer("live"), ApiJson.Readable.HealthAnswer);

    /// <summary>New executions would be taken: database reachable, a cell that passed its self-test, not draining. Busy slots do not count.</summary>
    internal async Task<IResult> ReadyAsync()
    {
        var failing = await FailingAsync();
        return failing.Count == 0
            ? Results.Json(new HealthAnswer("ready"), ApiJson.Readable.HealthAnswer)
            : Results.Json(new HealthAnswer("not_ready") { Failing = failing }, ApiJson.Readable.HealthAnswer, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    internal async Task<IReadOnlyList<FailingPart>> FailingAsync()
    {
        var failing = new List<FailingPart>();
        if (drain.IsDraining) failing.Add(new FailingPart("service", "It is shutting down."));
        if (!await AnswersAsync()) failing.Add(new FailingPart("database", "It cannot be read."));
        else if (!await writer.WorksAsync()) failing.Add(new FailingPart("database", "It cannot be written: locked by another process, or the disk is full."));
        if (!drain.IsDraining && !cells.IsReady())
        {
            var fleet = cells.Fleet();
            failing.Add(new FailingPart("cells", fleet.LastFailure is null ? "No cell has passed its self-test yet." : $"No cell is up. The last one failed: {Log.Harmless(fleet.LastFailure)}"));
        }

        return failing;
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return await database.AnswersAsync();
        }
        catch (DatabaseException)
        {
            return false;
        }
    }
}

/// <summary>live, ready or not_ready, and why not.</summary>
internal sealed record HealthAnswer(string Status)
{
    /// <summary>Only there if something does.</summary>
    public IReadOnlyList<FailingPart>? Failing { get; init; }
}

/// <summary>What keeps the service from being ready.</summary>
internal sealed record FailingPart(string Name, string Reason);

/// <summary>Whether the service is shutting down.</summary>
internal sealed class DrainState
{
    private volatile bool _draining;

    public bool IsDraining => _draining;

    public void Begin() => _draining = true;
}
