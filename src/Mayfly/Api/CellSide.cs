using Mayfly.Dispatch;

namespace Mayfly.Api;

/// <summary>All that the HTTP side needs of Dispatch. Tests put their own answers in its place.</summary>
internal sealed record CellSide
{
    /// <inheritdoc cref="Dispatcher.ExecuteAsync"/>
    public required Func<Execution, long, CancellationToken, Task<ExecutionResult>> ExecuteAsync { get; init; }

    /// <inheritdoc cref="Dispatcher.RefusalFor"/>
    public Func<long, Fault?> RefusalFor { get; init; } = _ => null;

    /// <inheritdoc cref="Dispatcher.IsReady"/>
    public required Func<bool> IsReady { get; init; }

    /// <inheritdoc cref="Dispatcher.Fleet"/>
    public required Func<FleetDescription> Fleet { get; init; }

    /// <inheritdoc cref="Dispatcher.DrainAsync"/>
    public required Func<TimeSpan, Task> DrainAsync { get; init; }

    public static CellSide Of(Dispatcher dispatcher) => new()
    {
        ExecuteAsync = dispatcher.ExecuteAsync,
        RefusalFor = dispatcher.RefusalFor,
        IsReady = () => dispatcher.IsReady,
        Fleet = () => dispatcher.Fleet,
        DrainAsync = dispatcher.DrainAsync,
    };
}
