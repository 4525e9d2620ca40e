using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Boot;

/// <summary>The only process that the agent starts: small, in C, and the parent of everything else in the cell.</summary>
internal sealed class JailerProcess
{
    private const string Program = "/mayfly/jailer";

    private JailerProcess(int pid, SafeFileHandle process, SafeFileHandle socket) => (Pid, Process, Socket) = (pid, process, socket);

    public int Pid { get; }

    /// <summary>Its pidfd: readable once it is dead.</summary>
    public SafeFileHandle Process { get; }

    /// <summary>The agent's end of their socket.</summary>
    public SafeFileHandle Socket { get; }

    /// <summary>Starts it, before there is a jail, with an empty environment, standard error for what it cannot report, and the socket as 3.</summary>
    /// <exception cref="IOException">It could not be started, or has no filter to install.</exception>
    public static JailerProcess Start()
    {
        FilterFile.Check(FilterFile.Location);
        var (ours, theirs) = SocketPair.Packets();
        using (theirs)
        {
            using var nothing = Descriptors.Own(
                LibC.OpenAt(LibC.AtCurrentDirectory, "/dev/null", LibC.OpenReadOnly | LibC.OpenCloseOnExec, 0), "open /dev/null");
            // Standard error stays the agent's.
            using var errors = new SafeFileHandle(2, ownsHandle: false);
            var pid = Spawn.Start(Program, [Program, FilterFile.Location], new Dictionary<string, string>(), nothing, errors, errors, theirs);
            var process = ProcessDescriptor.Open(pid) ?? throw new IOException($"{Program} died before it was opened");
            return new JailerProcess(pid, process, ours);
        }
    }

    /// <summary>Calls back once it is dead, with how.</summary>
    public void Watch(EventLoop loop, Action<string> onDeath) => loop.Add(Process, Readiness.Readable, _ =>
    {
        loop.Forget(Process);
        onDeath($"the jailer ended with {ProcessDescriptor.Reap(Process)}");
    });
}
