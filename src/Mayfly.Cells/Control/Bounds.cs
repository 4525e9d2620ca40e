using Mayfly.Cells.Launching;
using Mayfly.Protocol.Control;

namespace Mayfly.Cells.Control;

/// <summary>The most that the gateway may ask for. Set by whoever started mayfly-cells, out of the gateway's reach.</summary>
/// <param name="MaxCells">At the same time, starting and dying ones included.</param>
/// <param name="MaxSlots">Executions side by side in one cell.</param>
/// <param name="MaxMemoryBytes">Of one cell.</param>
/// <param name="MaxProcesses">Of one cell.</param>
internal sealed record Bounds(int MaxCells, uint MaxSlots, ulong MaxMemoryBytes, uint MaxProcesses)
{
    /// <summary>The agent alone, and one small execution: less is a mistake.</summary>
    public const ulong MinMemoryBytes = 64UL << 20;

    /// <summary>Agent, jailer and one jail.</summary>
    public const uint MinProcesses = 16;

    /// <summary>Why a request is refused; null if it is within the bounds.</summary>
    public string? Refusal(LaunchCell wanted, int cells) => wanted switch
    {
        _ when cells >= MaxCells => $"cells: {cells} are there, dying ones included, and {MaxCells} are allowed. Stop one and wait for Stopped, or raise --max-cells.",
        { Slots: var slots } when slots < 1 || slots > MaxSlots => $"slots: {slots} is not within 1..{MaxSlots}.",
        { MemoryBytes: var memory } when memory < MinMemoryBytes || memory > MaxMemoryBytes => $"memory_bytes: {memory} is not within {MinMemoryBytes}..{MaxMemoryBytes}. Raise --max-cell-memory, or take fewer slots or less memory for each.",
        { Processes: var processes } when processes < MinProcesses || processes > MaxProcesses => $"processes: {processes} is not within {MinProcesses}..{MaxProcesses}. Raise --max-cell-processes, or take fewer slots or processes for each.",
        _ => null,
    };

    /// <summary>The launcher's form of a request that was not refused.</summary>
    public static CellRequest Accept(LaunchCell wanted) => new(wanted.Cell, wanted.Slots, wanted.MemoryBytes, wanted.Processes);
}
