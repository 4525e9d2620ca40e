namespace Mayfly.Protocol;

/// <summary>The other side said something that the protocol does not allow. The stream is of no more use.</summary>
public sealed class ProtocolViolationException : Exception
{
    /// <summary>Makes one without a description.</summary>
    public ProtocolViolationException() { }

    /// <summary>Makes one that says what was wrong, and with which value.</summary>
    public ProtocolViolationException(string message) : base(message) { }

    /// <summary>Makes one that says what was wrong, and who found it.</summary>
    public ProtocolViolationException(string message, Exception inner) : base(message, inner) { }
}
