using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Protocol.Descriptors;

/// <summary>A process by descriptor (pidfd): it names one process for ever, where a pid may be used again.</summary>
public static unsafe class ProcessDescriptor
{
    /// <summary>Opens one; null if there is no such process.</summary>
    /// <remarks>Without a race only for a child that has not been waited for, or with a later check of what was opened.</remarks>
    public static SafeFileHandle? Open(int pid)
    {
        var descriptor = LibC.OpenProcess(LibC.PidfdOpen, pid, 0);
        if (descriptor >= 0)
        {
            return new SafeFileHandle(descriptor, ownsHandle: true);
        }

        return Marshal.GetLastPInvokeError() == Errno.ESRCH
            ? null
            : throw KernelException.Last($"pidfd_open of process {pid}", "It needs Linux 5.3 or newer.");
    }

    /// <summary>Sends a signal; false if the process is gone.</summary>
    public static bool Signal(SafeFileHandle process, int signal)
    {
        if (LibC.SendSignal(LibC.PidfdSendSignal, process, signal, null, 0) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == Errno.ESRCH
            ? false
            : throw KernelException.Last($"pidfd_send_signal of signal {signal}");
    }

    /// <summary>The pid of a child that has ended and has not been waited for; null if there is none.</summary>
    public static int? PeekDeadChild()
    {
        LibC.SignalInfo info = default;
        // ECHILD: there is no child at all.
        return LibC.WaitId(LibC.PAll, 0, &info, LibC.WExited | LibC.WNoHang | LibC.WNoWait) == 0 && info.Pid != 0 ? info.Pid : null;
    }

    /// <summary>Waits for a child that has ended, and forgets how.</summary>
    public static void ReapByPid(int pid)
    {
        LibC.SignalInfo info = default;
        _ = LibC.WaitId(LibC.PPid, pid, &info, LibC.WExited | LibC.WNoHang);
    }

    /// <summary>Takes the status of a child that has ended (the descriptor polls readable); null while it lives.</summary>
    /// <exception cref="KernelException">ECHILD: it is no child of this process, or somebody else has waited for it.</exception>
    public static ExitStatus? Reap(SafeFileHandle child)
    {
        LibC.SignalInfo info = default;
        var taken = false;
        try
        {
            child.DangerousAddRef(ref taken);
            while (LibC.WaitId(LibC.PPidfd, (int)child.DangerousGetHandle(), &info, LibC.WExited | LibC.WNoHang) != 0)
            {
                if (Marshal.GetLastPInvokeError() != Errno.EINTR)
                {
                    throw KernelException.Last("waitid on a pidfd");
                }
            }
        }
        finally
        {
            if (taken)
            {
                child.DangerousRelease();
            }
        }

        return info.Pid == 0 ? null : ExitStatus.From(info.Code, info.Status);
    }
}

/// <summary>How a process ended: by itself, or by a signal.</summary>
/// <param name="Code">What it exited with; 0 if a signal killed it.</param>
/// <param name="Signal">The signal that killed it; 0 if it exited.</param>
public readonly record struct ExitStatus(int Code, int Signal)
{
    private const int CldExited = 1;

    /// <summary>As a shell shows it: the exit code, or 128 + signal.</summary>
    public int ShellCode => Signal == 0 ? Code : 128 + Signal;

    /// <inheritdoc/>
    public override string ToString() => Signal == 0 ? $"exit code {Code}" : $"signal {Signal}";

    internal static ExitStatus From(int code, int status) => code == CldExited ? new(status, 0) : new(0, status);
}
