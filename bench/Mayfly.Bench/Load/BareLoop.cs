using Mayfly.Bench.Contenders;

namespace Mayfly.Bench.Load;

/// <summary>Threads that start bare interpreters in the image: the yardstick of every closed loop.</summary>
internal sealed class BareLoop : IDisposable
{
    private readonly List<RootedThread> _threads;

    public BareLoop(string root, int count) => _threads = [.. Enumerable.Range(0, count).Select(_ => new RootedThread(root))];

    public LoopResult Run(Workload workload, int clients, TimeSpan time, CancellationToken stop) =>
        ClosedLoop.Run([.. _threads.Take(clients).Select(thread => (Func<ClientAnswer>)(() => Ask(thread, workload)))], time, stop);

    public void Dispose() => _threads.ForEach(thread => thread.Dispose());

    private static ClientAnswer Ask(RootedThread thread, Workload workload)
    {
        var sample = thread.Run(() => Spawn.Run(workload.CommandLine, ContenderSet.Environment));
        return sample.Status == 0 && sample.Output == workload.Expected ? ClientAnswer.Right : ClientAnswer.Wrong;
    }
}
