using Mayfly.Bench.Contenders;
using Mayfly.Bench.Load;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Launchers;

/// <summary>A service on one kind of cell, and what was measured of it.</summary>
internal sealed class Launcher(string name, Service service, MayflyClient client) : IAsyncDisposable
{
    private static readonly Dictionary<Workload, List<double>> s_bare = [];
    private readonly Dictionary<Workload, List<double>> _times = [];

    public string Name => name;

    public Service Service => service;

    public MayflyClient Client => client;

    /// <summary>Whether every answer was what it had to be.</summary>
    public bool IsRight { get; private set; } = true;

    public double FirstAnswerSeconds { get; set; }

    public double? MemoryMiB { get; set; }

    public LoopResult? Loop { get; set; }

    /// <summary>What executes its programs, by what mayfly-cells said at its start.</summary>
    public string Machine => name == "container" ? "the machine itself" : service.HasSaid(", emulated") ? "emulated" : "KVM";

    /// <summary>Times of the bare interpreter, which is the same for all.</summary>
    public static List<double> Bare(Workload workload) => Of(s_bare, workload);

    public List<double> TimesOf(Workload workload) => Of(_times, workload);

    public void Judge(Sample sample, Workload workload) => IsRight &= sample.Status == 0 && sample.Output == workload.Expected;

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await service.DisposeAsync();
    }

    private static List<double> Of(Dictionary<Workload, List<double>> all, Workload workload)
    {
        if (!all.TryGetValue(workload, out var times)) all[workload] = times = [];
        return times;
    }
}
