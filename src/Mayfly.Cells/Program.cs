using Mayfly.Cells;
using Mayfly.Cells.Premises;
using Mayfly.Cells.Supervision;
using Mayfly.Protocol.Descriptors;

// mayfly-cells: the only part of Mayfly that stays root. Theory of operation.
//
// Who is there
//   mayfly-cells   this process: root, one thread that sits in poll, no listener of any kind. It can launch, kill and sweep cells,
//                  and start one child.
//   child          the gateway, or the worker of `mayfly run`: its own uid, no capability, no way to gain one. It faces the
//                  network, so everything it says here is checked as if an attacker said it.
//   cells          containers, or micro-VMs (QEMU in a container). Their agents talk to the child only; not one byte of theirs is parsed here.
//   runc           there for a tenth of a second while a cell starts.
//
// What joins them
//   child - mayfly-cells   a SOCK_SEQPACKET socketpair, descriptor 3 of the child: control.proto, numbers only.
//   child - agent          a socketpair made here for each cell: one end is descriptor 3 of the agent, the other goes to the
//                          child by SCM_RIGHTS, and this process keeps neither.
//   runc, agent - here     standard error, of which the last kilobyte is kept to explain a death.
//
// Who waits for whom: mayfly-cells waits for nobody without a limit. A cell's life (Control/ControlServer.cs, LiveAsync) and the
// child's (Supervision/Supervisor.cs, LiveAsync) each read from top to bottom; the loop interleaves them.
//
// What happens when one dies
//   an agent        the kernel kills its pid namespace with it; the child is told Stopped once cgroups and files are gone.
//   the child       its cells are killed, and it is started again with a longer pause each time (--once: its exit code is ours).
//   mayfly-cells    the kernel kills the child (pdeathsig); the agents' streams end with it, and agents exit at that. Mounts vanish
//                   with this process's mount namespace. Empty cgroups stay, and whatever in them does not obey: the next
//                   start with this data directory sweeps (Sweeping/Sweeper.cs).
//   the machine     nothing here needs to survive it.
//
// Asked to end (SIGTERM, SIGINT, SIGHUP): the child drains within its limit, then cells, cgroups and this process go. Asked
// again: all at once.

OwnProcess.CloseInherited();
try
{
    OwnProcess.Confine(args);
    return CommandLine.Parse(args, Service.Run);
}
catch (Exception failure) when (failure is StartException or KernelException or IOException or UnauthorizedAccessException)
{
    Log.Write(failure.Message);
    return args.TakeWhile(argument => argument != "--").Contains("--once") ? Supervisor.OwnFailure : 1;
}
