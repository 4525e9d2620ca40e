namespace Mayfly.Images.Seccomp;

/// <summary>From the reviewed policy to the file that the jail loads.</summary>
internal static class SeccompCompiler
{
    /// <summary>Stands beside the policy.</summary>
    private const string TableFileName = "syscalls.json";

    /// <summary>The filter as an array of struct sock_filter.</summary>
    /// <param name="policyPath">cell/jail/seccomp.json; the table of system calls stands beside it.</param>
    /// <param name="architecture">As `uname -m` has it: x86_64 or aarch64.</param>
    /// <param name="statistics">Where a line about the result goes.</param>
    /// <exception cref="SeccompPolicyException">Policy or table cannot be used; the message says where and what to do.</exception>
    internal static byte[] Compile(string policyPath, string architecture, TextWriter? statistics = null)
    {
        var policy = SeccompPolicyReader.Read(policyPath);
        var table = SyscallTable.Read(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(policyPath))!, TableFileName), architecture);
        var program = BpfCompiler.Compile(policy, table);

        var rules = policy.RulesFor(table).Values;
        var allowed = rules.Count(of => of is [{ Conditions: [], Verdict: var verdict }] && verdict == Verdict.Allow);
        var refused = rules.Count(of => of.All(rule => rule.Verdict != Verdict.Allow));
        statistics?.WriteLine($"seccomp: {architecture}: {table.Numbers.Count} system calls: {allowed} allowed, {rules.Count() - allowed - refused} by their arguments, {refused} refused; {program.Count} instructions of at most {BpfCompiler.MaxInstructions}");
        return BpfInstruction.ToBytes(program);
    }

    /// <summary>The same for the filter around a whole cell in a guest, where no container runtime compiles it.</summary>
    /// <param name="policyPath">src/Mayfly.Cells/Launching/Runc/cell-seccomp.json, in the form that runc takes.</param>
    /// <param name="tablePath">cell/jail/syscalls.json.</param>
    /// <param name="architecture">As `uname -m` has it.</param>
    /// <exception cref="SeccompPolicyException">The policy or the table cannot be used.</exception>
    internal static byte[] CompileCell(string policyPath, string tablePath, string architecture)
    {
        var table = SyscallTable.Read(tablePath, architecture);
        return BpfInstruction.ToBytes(BpfCompiler.Compile(CellPolicyReader.Read(policyPath, table), table));
    }
}
