using System.Globalization;
using Mayfly.Agent.Boot;
using Mayfly.Agent.Cgroups;
using Mayfly.Agent.Executions;
using Mayfly.Protocol.Messages;
using File = System.IO.File;

namespace Mayfly.Agent.Posture;

/// <summary>The layers around a program, each as it was measured in this cell: by the agent around itself, and from inside a jail.</summary>
/// <remarks>Nothing is listed because it was asked for: a layer is in force when the kernel shows it.</remarks>
internal sealed class CellPosture
{
    private readonly HashSet<string> _waived;
    private readonly List<Layer> _layers = [];

    public CellPosture(int cgroupVersion, IEnumerable<string> waivedLayers)
    {
        _waived = [.. waivedLayers];
        Note = $"cgroup v{cgroupVersion}, Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}{(Patience.IsStretched ? ", emulated" : "")}";
        _layers.AddRange(AroundAgent.Measure());
        _layers.Add(FilterFile.MeasurePolicy());
    }

    /// <summary>What was found around the agent, in words.</summary>
    public string Note { get; }

    /// <summary>All layers, in force or not.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>Whether the operator gave the layer up by name.</summary>
    public bool IsWaived(string layer) => _waived.Contains(layer);

    /// <summary>The first layer that must be in force and is not.</summary>
    public Layer? Missing() => _layers.FirstOrDefault(layer => !layer.InForce && !IsWaived(layer.Name));

    /// <summary>Adds what the cgroup shows while a program is in it.</summary>
    public void AddCgroup(IEnumerable<CgroupFinding> findings) => Add(findings.Select(finding => Of(finding.Name, finding.InForce, finding.Detail)));

    /// <summary>Adds what a probe saw from inside a jail.</summary>
    public void AddJail(Execution execution, string probeOutput) =>
        Add(InsideJail.Measure(ProbeReport.Parse(probeOutput), execution.Jail));

    // Measured in a fresh interpreter's jail and in a warm one's: in force is what is in force in both.
    private void Add(IEnumerable<Layer> layers)
    {
        foreach (var layer in layers)
        {
            var before = _layers.FindIndex(known => known.Name == layer.Name);
            if (before < 0) _layers.Add(layer);
            else if (!layer.InForce) _layers[before] = layer;
        }
    }

    internal static Layer Of(string name, bool inForce, string detail) => new() { Name = name, InForce = inForce, Detail = Short(detail) };

    // A Hello must fit its frame, whatever the probes found.
    private static string Short(string detail) => detail.Length <= 300 ? detail : string.Create(CultureInfo.InvariantCulture, $"{detail.AsSpan(0, 300)}…");
}
