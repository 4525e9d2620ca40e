using Mayfly.Accounts;
using Mayfly.Admission;
using Mayfly.Dispatch;
using Mayfly.Ledger;
using Mayfly.Store;

namespace Mayfly.Api;

/// <summary>POST …/execute: runs one program and answers with what it did.</summary>
/// <remarks>
/// The request path in one direction. A program that fails is a result; only a failure of Mayfly itself becomes a
/// problem (Problems.cs). An execution's id is its request's.
/// </remarks>
internal sealed class ExecuteEndpoint(
    RequestLimits limits,
    Authentication door,
    IdempotencyStore earlier,
    AdmissionControl admission,
    CellSide cells,
    ChargeLedger ledger,
    HeldMemory memory,
    Metrics metrics,
    OverloadLog overload,
    ILogger<ExecuteEndpoint> log)
{
    internal async Task<IResult> ExecuteAsync(HttpContext http)
    {
        var id = RequestId.Of(http);
        var step = metrics.StartSteps();

        // Authenticate: before the body is read.
        var visitor = await door.AuthenticateAsync(http, KeyScopes.Execute);
        if (visitor.Refusal is { } stranger) return stranger;
        var key = visitor.Key;
        step.Done(Step.Authenticate);

        // With a full queue most have to be refused: before their body is read. One that is a repetition may have its answer already.
        if (!RequestHeaders.HasIdempotencyKey(http.Request.Headers) && cells.RefusalFor(key.Id) is { } full) return Fail(id, full);

        // Validate: before anything is reserved.
        var (request, repeat, problem) = await ReadAsync(http);
        if (problem is not null) return new ProblemResult(problem);
        step.Done(Step.Validate);

        // Idempotency before Admit: a replay costs nothing.
        await using var claim = await earlier.ClaimAsync(key.AccountId, repeat, id);
        if (claim.Answer is { } answer) return new ReplayedResult(answer);
        if (Problems.From(claim.State) is { } taken) return new ProblemResult(taken);
        step.Done(Step.Idempotency);

        // Admit
        await using var place = await admission.EnterAsync(key, id);
        RequestHeaders.WriteRateLimit(http.Response.Headers, place.RateLimit);
        if (place.Refusal is { } refusal) return Refuse(http, refusal);
        step.Done(Step.Admit);

        // Dispatch: what a cell says is hostile input; it comes out of here bounded and clamped.
        var result = await cells.ExecuteAsync(request!.ToExecution(), key.Id, http.RequestAborted);
        if (result.Fault is { } fault) return Fail(id, fault);
        step.Skip();

        // Charge before Respond, and not cancellable: a client that hangs up has still used the slot.
        var cost = result.Started ? place.PriceMicroUsd : 0;
        var response = new ExecuteResponse(result, cost);
        if (result.Started && !await TryChargeAsync(ChargeFor(id, key, request, result, cost), place.Reservation, claim, response)) return new ProblemResult(Problems.NotCharged());
        step.Done(Step.Charge);

        // Respond
        metrics.Charged(cost);
        Log.Executed(log, id, key.Id, result.Cell, Languages.Name(request.Language), ExecuteResponse.Outcome(result.Termination), result.ExitCode, (long)result.WallTime.TotalMilliseconds);
        return new ExecuteResult(response, memory, step);
    }

    private async Task<(ExecuteRequest? Request, RepeatableRequest? Repeat, Problem? Problem)> ReadAsync(HttpContext http)
    {
        var (key, unusable) = RequestHeaders.ReadIdempotencyKey(http.Request.Headers);
        if (unusable is not null) return (null, null, unusable);

        using var body = await RequestBody.ReadAsync(http.Request, limits.BodyBytes, memory);
        if (body.Problem is not null) return (null, null, body.Problem);

        var request = ExecuteRequest.Parse(body.Bytes, limits.CodeBytes);
        RequestHeaders.WriteIgnored(http.Response.Headers, request.Ignored);
        return (request, key is null ? null : new RepeatableRequest(key, body.Hash()), request.Problem);
    }

    private async Task<bool> TryChargeAsync(Charge charge, Reservation? reservation, Claim claim, ExecuteResponse response)
    {
        var kept = claim.State == ClaimState.Claimed ? await ReplayedResult.KeepAsync(response) : null;
        try
        {
            await ledger.ChargeAsync(charge, reservation, claim, kept);
            return true;
        }
        catch (DatabaseException away)
        {
            Log.NotCharged(log, charge.ExecutionId, charge.KeyId, away.Message);
            return false;
        }
    }

    private static Charge ChargeFor(string id, ApiKey key, ExecuteRequest request, ExecutionResult result, long cost) => new()
    {
        ExecutionId = id,
        KeyId = key.Id,
        AccountId = key.AccountId,
        Language = Languages.Name(request.Language),
        Outcome = ExecuteResponse.Outcome(result.Termination),
        ExitCode = result.ExitCode,
        WallMs = (long)result.WallTime.TotalMilliseconds,
        CpuMs = (long)result.CpuTime.TotalMilliseconds,
        PeakMemoryBytes = result.PeakMemoryBytes,
        MicroUsd = cost,
    };

    private static ProblemResult Refuse(HttpContext http, Refusal refusal)
    {
        RequestHeaders.WriteRateLimit(http.Response.Headers, refusal.Limit);
        return new ProblemResult(Problems.From(refusal));
    }

    private ProblemResult Fail(string id, Fault fault)
    {
        if (fault.Cause == FaultCause.Overloaded) overload.Refused();
        else Log.Failed(log, id, fault.Cause, Log.Harmless(fault.Detail));
        return new ProblemResult(Problems.From(fault));
    }

    /// <summary>Whether a request is one for an execution, so that a failure's answer carries a result's fields too.</summary>
    internal static bool IsFor(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<ExecuteEndpoint>() is not null;
}
