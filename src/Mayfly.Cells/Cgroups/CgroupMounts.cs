namespace Mayfly.Cells.Cgroups;

/// <summary>Which cgroup version carries the controllers on this machine, and where it is mounted.</summary>
internal static class CgroupMounts
{
    /// <summary>Finds the cgroups of this instance.</summary>
    /// <exception cref="StartException">A controller is missing: a limit of the contract could not be held.</exception>
    public static ICgroups Find(string instance) => Find(File.ReadAllLines("/proc/self/mountinfo"), new CgroupFiles(), instance);

    /// <summary>The same, from given mounts.</summary>
    internal static ICgroups Find(IEnumerable<string> mountInfo, CgroupFiles files, string instance)
    {
        var mounts = mountInfo.Select(Parse).OfType<Mount>().ToList();
        var name = $"mayfly-{instance}";

        var unified = mounts.Find(mount => mount.Type == "cgroup2");
        if (unified is not null && !CgroupV2.Required.Except(Controllers(unified.Point, files)).Any())
        {
            return new CgroupV2(files, unified.Point, name);
        }

        // A hybrid machine has both, and its controllers in version 1.
        var controllers = new Dictionary<string, string>();
        foreach (var mount in mounts.Where(mount => mount.Type == "cgroup"))
        {
            foreach (var option in mount.Options)
            {
                controllers.TryAdd(option, mount.Point);
            }
        }

        var missing = CgroupV1.Required.Where(controller => !controllers.ContainsKey(controller)).ToList();
        if (missing.Count == 0)
        {
            return new CgroupV1(files, controllers, [.. mounts.Select(mount => mount.Point).Distinct()], name);
        }

        throw new StartException(unified is null
            ? $"cgroups: no v2 tree is mounted, and of v1 the controllers {string.Join(", ", missing)} are missing. Limits could not be held. Mount cgroup2 on /sys/fs/cgroup, or boot with systemd.unified_cgroup_hierarchy=1."
            : $"cgroups: {unified.Point}/cgroup.controllers lacks {string.Join(", ", CgroupV2.Required.Except(Controllers(unified.Point, files)))}, and of v1 the controllers {string.Join(", ", missing)} are missing. Limits could not be held. Inside a container, give it the machine's cgroup namespace and a writable /sys/fs/cgroup.");
    }

    private static string[] Controllers(string point, CgroupFiles files)
    {
        var path = $"{point}/cgroup.controllers";
        return files.HasFile(path) ? files.Read(path).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) : [];
    }

    // proc(5): id parent major:minor root point options [tags…] - type source superoptions
    private static Mount? Parse(string line)
    {
        var fields = line.Split(' ');
        var dash = Array.IndexOf(fields, "-");
        return dash < 6 || fields.Length < dash + 4 || fields[dash + 1] is not ("cgroup" or "cgroup2")
            ? null
            : new Mount(fields[4], fields[dash + 1], fields[dash + 3].Split(','));
    }

    private sealed record Mount(string Point, string Type, string[] Options);
}
