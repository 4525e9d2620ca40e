using System.Runtime.InteropServices;

namespace Mayfly.Agent.Kernel;

/// <summary>All that the agent must know about the processor it was built for.</summary>
internal static class Architecture
{
    private static readonly bool IsX64 = RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64;

    // <fcntl.h>: x86 has the generic values, arm64 inherited 32-bit arm's.
    public static readonly int OpenDirectory = IsX64 ? 0x10000 : 0x4000;
    public static readonly int OpenNoFollow = IsX64 ? 0x20000 : 0x8000;

    // struct epoll_event is packed on x86-64 only, so that it equals the 32-bit one.
    public static readonly int EpollEventBytes = IsX64 ? 12 : 16;
    public static readonly int EpollDataOffset = IsX64 ? 4 : 8;
}
