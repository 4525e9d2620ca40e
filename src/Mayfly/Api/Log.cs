using Mayfly.Dispatch;

namespace Mayfly.Api;

/// <summary>What the gateway says about itself: ids, never code, output or keys.</summary>
internal static partial class Log
{
    // What a cell wrote may end up in a terminal: no control characters, and not much of it.
    private const int MaxForeignText = 500;

    [LoggerMessage(100, LogLevel.Information, "Listening on {Address}.")]
    public static partial void Listening(ILogger log, string address);

    [LoggerMessage(101, LogLevel.Information, "Draining: no new executions, {InFlight} to finish within {Seconds} s.")]
    public static partial void Draining(ILogger log, int inFlight, int seconds);

    [LoggerMessage(102, LogLevel.Information, "Stopped.")]
    public static partial void Stopped(ILogger log);

    [LoggerMessage(103, LogLevel.Critical, "mayfly-cells is gone, so this process ends: {Reason}")]
    public static partial void CellsLost(ILogger log, string reason);

    [LoggerMessage(110, LogLevel.Information, "Execution {ExecutionId} of key {KeyId} in cell {Cell}, {Language}: {Outcome}, exit code {ExitCode}, {Milliseconds} ms.")]
    public static partial void Executed(ILogger log, string executionId, long keyId, uint cell, string language, string outcome, int exitCode, long milliseconds);

    [LoggerMessage(111, LogLevel.Warning, "Execution {ExecutionId} failed: {Cause}: {Detail}")]
    public static partial void Failed(ILogger log, string executionId, FaultCause cause, string detail);

    [LoggerMessage(112, LogLevel.Error, "Execution {ExecutionId} of key {KeyId} was not charged, so its result is void: {Detail}")]
    public static partial void NotCharged(ILogger log, string executionId, long keyId, string detail);

    [LoggerMessage(113, LogLevel.Warning, "The service is full: {Count} more refused, since all slots and the queue are taken or the wait was too long. Said at most every {Seconds} s.")]
    public static partial void Overloaded(ILogger log, int count, double seconds);

    [LoggerMessage(120, LogLevel.Error, "Request {RequestId} met a bug.")]
    public static partial void Bug(ILogger log, Exception bug, string requestId);

    [LoggerMessage(121, LogLevel.Warning, "Request {RequestId} found the database away: {Detail}")]
    public static partial void DatabaseAway(ILogger log, string requestId, string detail);

    [LoggerMessage(122, LogLevel.Warning, "Housekeeping failed, the next round tries again: {Detail}")]
    public static partial void NotKept(ILogger log, string detail);

    [LoggerMessage(123, LogLevel.Warning, "A gateway died with {Count} executions pending; they are void and cost nothing.")]
    public static partial void Voided(ILogger log, int count);

    [LoggerMessage(124, LogLevel.Information, "There are keys already, so the bootstrap key was not made one.")]
    public static partial void NoBootstrap(ILogger log);

    /// <summary>Text from a cell, made fit for a log.</summary>
    public static string Harmless(string text) =>
        string.Concat(text.Take(MaxForeignText).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
}
