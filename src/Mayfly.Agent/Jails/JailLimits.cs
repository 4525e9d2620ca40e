using Mayfly.Agent.Cgroups;

namespace Mayfly.Agent.Jails;

/// <summary>What a jail is prepared with.</summary>
/// <param name="Cgroup">Limits of its cgroup; may be lowered when a program is handed over.</param>
/// <param name="WritableBytes">/sandbox and /tmp together: the size of their tmpfs, fixed when the jail is made.</param>
/// <param name="WritableInodes">Files in it, likewise.</param>
internal readonly record struct JailLimits(CgroupLimits Cgroup, ulong WritableBytes, uint WritableInodes);

/// <summary>How a jail comes to its network namespace.</summary>
/// <param name="IsUntouched">That of its place's last jail is as good as new, and may be kept.</param>
/// <param name="IsWatched">Whether to find out if this one will be.</param>
internal readonly record struct JailNetwork(bool IsUntouched, bool IsWatched);
