using System.Runtime.InteropServices;

namespace Mayfly.Agent.Jails;

// The structs of cell/jail/protocol.h, byte for byte: JailerProtocolTests compares names, offsets and sizes with the header.

/// <summary>What the agent asks of a parent.</summary>
internal enum RequestKind : uint
{
    Prepare = 1,
    Fork = 2,
    Forget = 3,
}

/// <summary>What a parent reports.</summary>
internal enum ReportKind : uint
{
    Prepared = 1,
    PrepareFailed,
    Forked,
    ForkFailed,
    ChildExited,
    InitExited,
    Warm,
    Grew,
}

/// <summary>What a child says on its control stream.</summary>
internal enum NoticeKind : uint
{
    Ready = 1,
    Started,
    Failed,
}

/// <summary>Where preparing or entering a jail failed.</summary>
internal enum JailStep
{
    None = 0,
    Receive,
    Clone,
    Private,
    Root,
    Tmpfs,
    Dev,
    Proc,
    Mask,
    Pivot,
    Loopback,
    Hostname,
    Cgroup,
    Memory,
    Setns,
    Fork,
    Session,
    Stdio,
    Limits,
    CloseFds,
    Credentials,
    Capabilities,
    NoNewPrivs,
    Landlock,
    Seccomp,
    Files,
    Exec,
}

/// <summary>Agent to parent: struct request.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Request
{
    public RequestKind Kind;
    public uint Slot;
    public uint Uid;
    public uint Gid;
    public ulong WritableBytes;
    public uint WritableInodes;
    public uint Processes;
    public ulong FileBytes;
    public uint NetworkUntouched;
    public uint WatchSockets;
}

/// <summary>Parent to agent: struct report.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Report
{
    public ReportKind Kind;
    public uint Slot;
    public int Pid;
    public int WaitStatus;
    public JailStep Step;
    public int Error;
    public ulong UserUs;
    public ulong SystemUs;
    public ulong MinorFaults;
    public ulong MajorFaults;
    public ulong MaxRssKb;
}

/// <summary>Child to agent: struct notice.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Notice
{
    public NoticeKind Kind;
    public JailStep Step;
    public int Error;
    public uint LandlockAbi;
}

/// <summary>Agent to child: struct start.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StartHeader
{
    public const uint ExpectedMagic = 0x594c464d;
    public const int MaxBytes = 4 << 20;
    public const int MaxArguments = 256;
    public const int MaxVariables = 256;
    public const int MaxFiles = 256;

    public uint Magic;
    public uint TotalBytes;
    public uint Argc;
    public uint Envc;
    public uint Filec;
    public uint StdinBytes;
}

/// <summary>struct start_file.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StartFile
{
    public uint PathBytes;
    public uint ContentBytes;
    public uint Mode;
}

/// <summary>What the child of a zygote says of its program's end: struct ending.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EndingPage
{
    public const uint SaidDone = 0x454e4f44;

    public uint Done;
    public uint ExitCode;
    public ulong MinorFaults;
}
