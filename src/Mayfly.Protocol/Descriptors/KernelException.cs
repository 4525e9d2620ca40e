using System.Runtime.InteropServices;

namespace Mayfly.Protocol.Descriptors;

/// <summary>A system call failed. The message says what was tried, on what, the errno by name, and what to do.</summary>
public sealed class KernelException : IOException
{
    /// <summary>Makes one without a description.</summary>
    public KernelException() { }

    /// <summary>Makes one that was described elsewhere.</summary>
    public KernelException(string message) : base(message) { }

    /// <summary>Makes one that was described elsewhere, with its cause.</summary>
    public KernelException(string message, Exception inner) : base(message, inner) { }

    /// <summary>Makes one from a failed call.</summary>
    /// <param name="tried">The call and its object: <c>mount tmpfs on /run/mayfly</c>.</param>
    /// <param name="error">The errno.</param>
    /// <param name="advice">Likely cause and remedy, as sentences; may be empty.</param>
    public KernelException(string tried, int error, string advice = "")
        : base(advice.Length == 0 ? $"{tried}: {Errno.Name(error)}" : $"{tried}: {Errno.Name(error)}. {advice}")
        => Error = error;

    /// <summary>The errno; 0 if unknown.</summary>
    public int Error { get; }

    /// <summary>Makes one from the last call of this thread.</summary>
    public static KernelException Last(string tried, string advice = "") => new(tried, Marshal.GetLastPInvokeError(), advice);
}
