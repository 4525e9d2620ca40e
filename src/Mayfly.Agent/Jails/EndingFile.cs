using System.Runtime.CompilerServices;
using Mayfly.Agent.Kernel;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Jails;

/// <summary>The page on which a warm child says that its program is over: struct ending of protocol.h, in a memory file.</summary>
/// <remarks>The program can write to it, so what it says is the program's own word: an exit code, which it may choose anyway.</remarks>
internal sealed unsafe class EndingFile
{
    public EndingFile()
    {
        Handle = Descriptors.Own(LibC.CreateMemoryFile("ending", LibC.MemoryFileCloseOnExec), "memfd_create");
        Descriptors.Check(LibC.Truncate(Handle, Unsafe.SizeOf<EndingPage>()), "ftruncate of a memory file");
    }

    /// <summary>To be sent with FORK.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>What the child said; null if it has not said that it is done.</summary>
    public EndingPage? Read()
    {
        EndingPage page;
        var count = LibC.ReadAt(Handle, (byte*)&page, (nuint)sizeof(EndingPage), 0);
        return count == sizeof(EndingPage) && page.Done == EndingPage.SaidDone ? page : null;
    }

    public void Close() => Handle.Dispose();
}
