namespace Mayfly.Agent.Cgroups;

/// <summary>Finds out which cgroups the launcher gave to this cell.</summary>
internal static class CgroupTrees
{
    /// <summary>Opens them: v2 at <c>unified</c> if it has controllers, else v1's delegated directories.</summary>
    /// <exception cref="IOException">There is nothing of either, or it cannot be used.</exception>
    public static ICgroupTree Open(string root)
    {
        // On a hybrid host the unified tree is there, too, but its controllers are v1's.
        var v2 = CgroupV2Tree.TryOpen($"{root}/unified");
        if (v2 is { Enabled.Count: > 0 }) return v2;
        v2?.Dispose();
        return CgroupV1Tree.TryOpen(root) ?? throw new IOException(
            $"cgroups: neither {root}/unified (v2) nor {root}/memory … (v1) was delegated to the cell. \"mayfly doctor\" says what the host lacks");
    }
}
