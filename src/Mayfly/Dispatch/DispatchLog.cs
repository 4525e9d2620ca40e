namespace Mayfly.Dispatch;

/// <summary>What Dispatch logs. Ids 2000..2099 are its own; code and output are in none of them.</summary>
internal static partial class DispatchLog
{
    [LoggerMessage(2000, LogLevel.Information, "Dispatch: {Cells} cells of {Slots} slots each are launched, and {Standby} on standby; cell reuse: {Reuse}")]
    internal static partial void CellsPlanned(this ILogger log, int cells, int slots, int standby, CellReuse reuse);

    [LoggerMessage(2001, LogLevel.Warning,
        "Dispatch: {WantedCells} cells of {WantedSlots} slots do not fit into {MachineBytes} bytes of memory at {LimitBytes} each; it will be {Cells} of {Slots}. Lower Limits:MemoryBytes or add memory")]
    internal static partial void SizeReduced(this ILogger log, int wantedCells, int wantedSlots, long machineBytes, long limitBytes, int cells, int slots);

    [LoggerMessage(2002, LogLevel.Information, "Cell {Cell} is up after {Milliseconds} ms: agent {AgentVersion}, {LauncherNote}")]
    internal static partial void CellUp(this ILogger log, uint cell, long milliseconds, string agentVersion, string launcherNote);

    [LoggerMessage(2003, LogLevel.Error, "Cell {Cell} did not come up: {Cause}: {Reason}")]
    internal static partial void CellFailed(this ILogger log, uint cell, FaultCause cause, string reason);

    [LoggerMessage(2004, LogLevel.Error, "Cell {Cell} is dropped after {Milliseconds} ms: {Cause}: {Reason}")]
    internal static partial void CellDropped(this ILogger log, uint cell, long milliseconds, FaultCause cause, string reason);

    [LoggerMessage(2005, LogLevel.Warning, "Cell {Cell} was stopped, but mayfly-cells has not said within {Seconds} s that it is gone; the next one is launched all the same")]
    internal static partial void CellNotGone(this ILogger log, uint cell, double seconds);

    [LoggerMessage(2006, LogLevel.Information, "Dispatch: the next cell is launched in {Milliseconds} ms, after {Failures} failures in a row")]
    internal static partial void BackingOff(this ILogger log, long milliseconds, int failures);

    [LoggerMessage(2007, LogLevel.Warning, "Dispatch: an execution failed before its code started and is tried once more: {Cause}: {Reason}")]
    internal static partial void SecondTry(this ILogger log, FaultCause cause, string reason);

    [LoggerMessage(2008, LogLevel.Warning, "Dispatch: {Running} executions have not ended within the drain limit of {Seconds} s and are dropped")]
    internal static partial void DrainLimitReached(this ILogger log, int running, double seconds);

    [LoggerMessage(2009, LogLevel.Critical, "Dispatch: a bug ended the loop that keeps a cell up: it is started again")]
    internal static partial void LoopFailed(this ILogger log, Exception e);

    [LoggerMessage(2011, LogLevel.Warning, "Cell {Cell} works without layer {Layer}, which WaivedLayers gives up: {Reason}")]
    internal static partial void LayerWaived(this ILogger log, uint cell, string layer, string reason);

    [LoggerMessage(2012, LogLevel.Warning, "WaivedLayers gives up {Layer}, and cell {Cell} names no such layer: `mayfly doctor` lists them")]
    internal static partial void LayerUnknown(this ILogger log, uint cell, string layer);

    [LoggerMessage(2010, LogLevel.Information, "Cell {Cell} is recycled after {Milliseconds} ms and {Executions} executions: {Cause}: {Reason}")]
    internal static partial void CellRecycled(this ILogger log, uint cell, long milliseconds, long executions, RecycleCause cause, string reason);
}
