namespace Mayfly.Images.Seccomp;

/// <summary>Which system calls a program in a jail may make: cell/jail/seccomp.json, checked and with its names resolved to values.</summary>
/// <param name="Unmatched">For a known call that no entry decides.</param>
/// <param name="Unknown">For a number the table does not have: a call newer than the policy.</param>
/// <param name="Foreign">For another architecture's calls.</param>
/// <param name="Entries">In the order in which they are tried.</param>
internal sealed record SeccompPolicy(Verdict Unmatched, Verdict Unknown, Verdict Foreign, IReadOnlyList<PolicyEntry> Entries)
{
    /// <summary>The rules of every call of one architecture, by number.</summary>
    /// <exception cref="SeccompPolicyException">An entry names a call that the architecture lacks, or can never decide.</exception>
    internal IReadOnlyDictionary<int, IReadOnlyList<Rule>> RulesFor(SyscallTable table)
    {
        var rules = table.Numbers.Values.ToDictionary(number => number, _ => new List<Rule>());
        foreach (var entry in Entries.Where(entry => entry.Only is null || entry.Only == table.Architecture))
        {
            foreach (var syscall in entry.Syscalls)
            {
                if (!table.Numbers.TryGetValue(syscall, out var number))
                    throw new SeccompPolicyException($"{entry.Place}: \"{syscall}\" is no system call of {table.Architecture}; correct the name, or limit the entry to the architecture that has it with \"only\".");
                var earlier = rules[number];
                if (earlier.Exists(rule => rule.Conditions.Count == 0))
                    throw new SeccompPolicyException($"{entry.Place}: never used for \"{syscall}\", because an earlier entry without conditions decides it; remove one of the two.");
                if (earlier.Exists(rule => rule.Conditions.SequenceEqual(entry.Conditions)))
                    throw new SeccompPolicyException($"{entry.Place}: never used for \"{syscall}\", because an earlier entry has the same conditions; remove one of the two.");
                earlier.Add(new Rule(entry.Conditions, entry.Verdict));
            }
        }
        return rules.ToDictionary(pair => pair.Key, IReadOnlyList<Rule> (pair) => pair.Value);
    }
}

/// <summary>One reviewed decision about one or more calls.</summary>
/// <param name="Syscalls">Their names.</param>
/// <param name="Only">The one architecture that has them; null: all have.</param>
/// <param name="Conditions">All must hold; none: always.</param>
/// <param name="Verdict">What then happens.</param>
/// <param name="Why">The reason, for the reviewer.</param>
/// <param name="Place">Where it stands, for messages.</param>
internal sealed record PolicyEntry(IReadOnlyList<string> Syscalls, string? Only, IReadOnlyList<Condition> Conditions, Verdict Verdict, string Why, string Place);

/// <summary>What an entry means for one call.</summary>
internal sealed record Rule(IReadOnlyList<Condition> Conditions, Verdict Verdict);

/// <summary>A claim about one argument: its masked value is one of a few.</summary>
/// <param name="Argument">0 to 5.</param>
/// <param name="Mask">The bits that count. For an argument that the kernel takes as an int the upper half is clear: the kernel
/// ignores those bits, so a comparison that looked at them could be evaded (CVE-2019-10063).</param>
/// <param name="Values">In the order in which they are compared, without bits outside the mask.</param>
internal sealed record Condition(int Argument, ulong Mask, IReadOnlyList<ulong> Values)
{
    /// <inheritdoc/>
    public bool Equals(Condition? other) =>
        other is not null && Argument == other.Argument && Mask == other.Mask && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Argument, Mask, Values.Count, Values[0]);
}

/// <summary>What happens to a call, as the filter's return value (SECCOMP_RET_*, linux/seccomp.h).</summary>
internal readonly record struct Verdict(uint ReturnValue)
{
    private const uint RetKillProcess = 0x80000000;
    private const uint RetErrno = 0x00050000;
    private const uint RetAllow = 0x7fff0000;

    /// <summary>The call is made.</summary>
    internal static Verdict Allow { get; } = new(RetAllow);

    /// <summary>The process dies of SIGSYS.</summary>
    internal static Verdict KillProcess { get; } = new(RetKillProcess);

    /// <summary>The call is not made and says that it succeeded.</summary>
    internal static Verdict Pretend { get; } = new(RetErrno);

    /// <summary>The call fails with this error, unmade.</summary>
    internal static Verdict Refuse(Errno errno) => new(RetErrno | (uint)errno);

    /// <inheritdoc/>
    public override string ToString() => ReturnValue switch
    {
        RetAllow => "allow",
        RetKillProcess => "kill process",
        RetErrno => "pretend",
        _ => ((Errno)(ReturnValue & 0xffff)).ToString(),
    };
}

/// <summary>The errors a policy may answer with; the numbers are the same on both architectures.</summary>
#pragma warning disable CA1707 // the kernel's own names
internal enum Errno
{
    EPERM = 1,
    ENOMEM = 12,
    EACCES = 13,
    EINVAL = 22,
    ENOTTY = 25,
    ENOSYS = 38,
    EOPNOTSUPP = 95,
    EAFNOSUPPORT = 97,
}
#pragma warning restore CA1707

/// <summary>A policy or a table of system calls that cannot be used; the message says where and what to do.</summary>
internal sealed class SeccompPolicyException(string message, Exception? inner = null) : Exception(message, inner);
