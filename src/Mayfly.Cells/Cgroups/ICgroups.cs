namespace Mayfly.Cells.Cgroups;

/// <summary>This instance's cgroups: <c>mayfly-&lt;instance&gt;/cell-N</c> and <c>mayfly-&lt;instance&gt;/gateway</c>.</summary>
/// <remarks>
/// Two versions of the kernel's interface behind one of ours. A cell's cgroup carries the limits of everything in it; below
/// it the cell's root may make cgroups of its own for jails. Removing and killing are asked for again until they have
/// nothing left to do: <see cref="Sweeping.Sweeper"/>.
/// </remarks>
internal interface ICgroups
{
    /// <summary>"v1" or "v2".</summary>
    string Version { get; }

    /// <summary>Makes the instance's root.</summary>
    void CreateInstance();

    /// <summary>Makes the gateway's cgroup. It has no limits; it is there so that a sweep finds what is in it.</summary>
    void CreateGateway();

    /// <summary>Moves a process into the gateway's cgroup.</summary>
    void EnterGateway(int pid);

    /// <summary>Makes a cell's cgroup, with its limits set and its jails' part handed to the cell's root.</summary>
    void CreateCell(string cell, CellLimits limits, uint owner);

    /// <summary>The cell's cgroup, as a runtime wants it named: relative to the hierarchy's root.</summary>
    string PathOf(string cell);

    /// <summary>What the cell mounts, so that its agent can make cgroups for jails.</summary>
    IReadOnlyList<DelegatedCgroup> DelegatedTo(string cell);

    /// <summary>Kills every process in a cgroup and below it.</summary>
    /// <param name="name">A cell's, or null for the whole instance.</param>
    /// <returns>Those that were there; they are gone a little later.</returns>
    IReadOnlySet<int> Kill(string? name);

    /// <summary>Removes a cgroup with everything below it, as far as no process is left in it.</summary>
    /// <param name="name">A cell's, or null for the whole instance.</param>
    /// <returns>Whether nothing of it is left.</returns>
    bool TryRemove(string? name);
}

/// <summary>What all processes of a cell may use together.</summary>
/// <param name="MemoryBytes">Memory including swap.</param>
/// <param name="Processes">Processes and threads.</param>
/// <param name="CpuWeight">Share of CPU time when it is scarce, in cgroup v2's measure: 1..10000, 100 is ordinary.</param>
internal readonly record struct CellLimits(ulong MemoryBytes, uint Processes, uint CpuWeight);

/// <summary>A cgroup directory that a cell gets to see.</summary>
/// <param name="Name">Directory below /run/cgroup: a v1 controller, or "unified".</param>
/// <param name="Source">What to bind there; null: mount the cell's own cgroup2 tree.</param>
internal readonly record struct DelegatedCgroup(string Name, string? Source);
