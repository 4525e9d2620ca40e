// The agent: PID 1 of a cell. It runs programs in single-use jails for the gateway at the other end of the cell stream.
//
// Theory of operation
//
// Actors. The agent (this process, one thread, one epoll loop, root in the cell's user namespace, never forks after the start). The jailer (C): its only
// child; makes jails and forks children into them. In each slot: a jail's init, which is only there to be killed, and a child, which waits for one
// program and then is it. The gateway, outside: sends programs, is sent output and results. User code can reach none of them.
//
// Pipes. Descriptor 3 is the cell stream to the gateway: frames of Mayfly.Protocol. A SOCK_SEQPACKET leads to the jailer: requests out; reports in, with
// the pidfd of each jail's init. Each child has a control stream (its layers are in force; its program; user code starts) and two pipes for output.
// cgroups are directories that the launcher delegated, used by descriptor. Nothing is ever looked up in a tree that user code could write to.
//
// The life of a cell. Configure comes; cgroups are opened and the jailer is started (Boot), every slot gets a jail (Jails), the attacks of
// the self-test run in them (SelfTest) while the posture is measured (Posture); Hello, or NotReady with the layer and its cure. Then SlotReady, Execute,
// Started, Output, Finished for each execution (Gateway, Executions), until Drain or the stream's end.
//
// The life of a slot. Preparing (namespaces, mounts, a fresh cgroup) → entering (the child puts its layers on) → ready → running → reaping: the init is killed, and
// the slot is used again only when init and child are reported dead and the cgroup, empty, is removed.
//
// Who waits. The loop waits in epoll_wait and nowhere else; everything that is waited for has a deadline. Writes to the gateway do not
// block: what it does not read stays in the captures, bounded by the output limits; pipes are drained meanwhile, so a slow gateway stops no program.
//
// Deaths. Main process: ends its execution, whatever it left behind. Jail: killed by deadline, lack of memory, Cancel; its init's death takes all of it. Jailer, or
// anything that breaks the protocol: the cell is of no more use; what runs is answered as the infrastructure's failure, and the agent
// exits. Gateway: the stream ends, the agent exits. Agent: the kernel kills the pid namespace, and that is the whole cell.
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Microsoft.Win32.SafeHandles;

const int CellStream = 3;
const int ExitBug = 70;

try
{
    // A gateway that is gone is seen by EPIPE.
    _ = LibC.Signal(LibC.SignalPipe, LibC.SignalIgnore);
    // The kernel closes it, in the exit itself: who sees the end of the stream and kills the cell must find that its agent has exited by itself.
    using var stream = new SafeFileHandle(CellStream, ownsHandle: false);
    using var loop = new EventLoop(TimeProvider.System);
    _ = new Mayfly.Agent.Agent(loop, stream);
    return loop.Run();
}
#pragma warning disable CA1031 // The agent's one net: a bug ends the cell, and says which.
catch (Exception e)
{
    Log.Line($"bug: {e}");
    return ExitBug;
}
#pragma warning restore CA1031
