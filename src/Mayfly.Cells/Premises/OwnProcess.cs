using System.Globalization;
using Mayfly.Cells.Kernel;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.Cells.Premises;

/// <summary>What mayfly-cells makes of itself before anything else: nothing inherited, nothing it does not need.</summary>
internal static unsafe class OwnProcess
{
    // Gateway: one descriptor a connection; here: a pidfd and a pipe a cell.
    private const ulong MaxOpenFiles = 65536;

    // What launching needs: file ownership, ids, namespaces and mounts, devices, limits, signals, network namespaces' loopback,
    // and (SYS_PTRACE) looking at the namespaces of a cell's processes. runc gets no more than this either.
    private static readonly int[] s_kept =
    [
        0 /* CHOWN */, 1 /* DAC_OVERRIDE */, 2 /* DAC_READ_SEARCH */, 3 /* FOWNER */, 4 /* FSETID */, 5 /* KILL */, 6 /* SETGID */,
        7 /* SETUID */, 8 /* SETPCAP */, 12 /* NET_ADMIN */, 18 /* SYS_CHROOT */, 19 /* SYS_PTRACE */, 21 /* SYS_ADMIN */,
        24 /* SYS_RESOURCE */, 27 /* MKNOD */, 31 /* SETFCAP */,
    ];

    /// <summary>Gives up what is not needed. Returns in a process none of whose threads has it any more.</summary>
    /// <remarks>
    /// Capabilities and no_new_privs are kept by thread, and the runtime has threads already: so the process executes itself
    /// once, after which there is one thread, and what it starts inherits from that.
    /// </remarks>
    public static void Confine(string[] arguments)
    {
        if (LibC.EffectiveUid() != 0)
        {
            throw new StartException("mayfly-cells makes cgroups, user namespaces and mounts, and must be started as root.");
        }

        _ = LibC.Umask(0x12); // 022
        Control(LibC.PrSetChildSubreaper, 1, "PR_SET_CHILD_SUBREAPER");
        RaiseOpenFiles();
        Limit(LibC.RlimitCore, 0, 0); // a core file of any of us would hold keys or programs
        if (LibC.ProcessControl(LibC.PrGetNoNewPrivs, 0, 0, 0, 0) == 1 && !Droppable().Any())
        {
            return;
        }

        foreach (var capability in Droppable().ToList())
        {
            Control(LibC.PrCapBsetDrop, (nuint)capability, string.Create(CultureInfo.InvariantCulture, $"PR_CAPBSET_DROP of capability {capability}"));
        }

        Control(LibC.PrSetNoNewPrivs, 1, "PR_SET_NO_NEW_PRIVS"); // no set-uid program is ever needed below us
        Spawn.Become(Environment.ProcessPath!, [Environment.GetCommandLineArgs()[0], .. arguments]);
    }

    /// <summary>Closes what the caller left open. First thing in Main: later the runtime has descriptors of its own.</summary>
    public static void CloseInherited()
    {
        if (LibC.CloseRange(3, uint.MaxValue, 0) != 0)
        {
            throw KernelException.Last("close_range", "It needs Linux 5.9 or newer.");
        }
    }

    // What of the bounding set is not in the list above; the kernel says EINVAL past its last capability.
    private static IEnumerable<int> Droppable()
    {
        for (var capability = 0; LibC.ProcessControl(LibC.PrCapBsetRead, (nuint)capability, 0, 0, 0) is var held and >= 0; capability++)
        {
            if (held == 1 && !s_kept.Contains(capability))
            {
                yield return capability;
            }
        }
    }

    private static void RaiseOpenFiles()
    {
        LibC.Limit limit;
        if (LibC.GetLimit(LibC.RlimitNoFile, &limit) != 0)
        {
            throw KernelException.Last("getrlimit RLIMIT_NOFILE");
        }

        var soft = Math.Min(limit.Hard, MaxOpenFiles);
        Limit(LibC.RlimitNoFile, soft, soft);
    }

    private static void Limit(int resource, ulong soft, ulong hard)
    {
        var limit = new LibC.Limit { Soft = soft, Hard = hard };
        if (LibC.SetLimit(resource, &limit) != 0)
        {
            throw KernelException.Last($"setrlimit {resource}");
        }
    }

    private static void Control(int option, nuint argument, string name)
    {
        if (LibC.ProcessControl(option, argument, 0, 0, 0) != 0)
        {
            throw KernelException.Last($"prctl {name}");
        }
    }
}
