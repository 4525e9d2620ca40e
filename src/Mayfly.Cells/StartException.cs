namespace Mayfly.Cells;

/// <summary>mayfly-cells cannot start: the message says what is missing, where, and what to do.</summary>
internal sealed class StartException(string message) : Exception(message);
