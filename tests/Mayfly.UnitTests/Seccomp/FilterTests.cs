using Mayfly.Images.Seccomp;

namespace Mayfly.UnitTests.Seccomp;

/// <summary>The filter that is shipped, against the policy that was reviewed.</summary>
public sealed class FilterTests
{
    private const uint Allow = 0x7fff0000;
    private const uint KillProcess = 0x80000000;
    private const uint Eperm = 0x00050001;
    private const uint Enosys = 0x00050026;

    private const uint ArchX8664 = 0xc000003e;
    private const uint ArchI386 = 0x40000003;
    private const uint ArchAarch64 = 0xc00000b7;
    private const uint ArchArm = 0x40000028;

    public static TheoryData<string> Architectures => ["x86_64", "aarch64"];

    [Theory, MemberData(nameof(Architectures))]
    public void Every_call_is_answered_as_the_policy_says_and_every_instruction_is_used(string architecture)
    {
        var oracle = new PolicyOracle(architecture);
        var filter = Filter(architecture);
        void Same(SeccompData data)
        {
            var (expected, actual) = (oracle.Decide(data), filter.Run(data));
            if (expected != actual) Assert.Fail($"{data}: the policy says {new Verdict(expected)}, the filter {new Verdict(actual)}");
        }

        foreach (var number in Enumerable.Range(0, 601).Select(number => (uint)number).Concat<uint>([0x3fffffff, 0x40000000, 0x40000001, 0x7fffffff, 0x80000000, uint.MaxValue]))
        {
            Same(new(oracle.AuditArchitecture, number, 0, 0, 0, 0, 0, 0));
            Same(new(oracle.AuditArchitecture, number, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue));
            foreach (var arguments in AroundEachCondition(oracle, number)) Same(new(oracle.AuditArchitecture, number, arguments));
            foreach (var foreign in new[] { ArchX8664, ArchI386, ArchAarch64, ArchArm, 0u, uint.MaxValue }) Same(new(foreign, number, 0, 0, 0, 0, 0, 0));
        }

        Assert.Empty(filter.Uncovered);
    }

    /// <summary>Each argument that the policy looks at takes all of its interesting values, with the others at all that are compared.</summary>
    private static IEnumerable<ulong[]> AroundEachCondition(PolicyOracle oracle, uint number)
    {
        if (!oracle.Names.TryGetValue(number, out var name)) return [];
        var looked = oracle.EntriesFor(name).SelectMany(PolicyOracle.Conditions).Select(condition => condition.GetProperty("arg").GetInt32()).Distinct().ToArray();
        return looked.SelectMany(varied => looked.Aggregate<int, IEnumerable<ulong[]>>([new ulong[6]], (all, argument) =>
        {
            var values = argument == varied ? oracle.Interesting(name, argument) : oracle.Compared(name, argument);
            return all.SelectMany(before => values.Select(value => { var after = (ulong[])before.Clone(); after[argument] = value; return after; }));
        }));
    }

    [Theory, MemberData(nameof(Architectures))]
    public void Every_known_call_is_decided_by_name_with_a_reason(string architecture)
    {
        var oracle = new PolicyOracle(architecture);

        var undecided = oracle.Names.Values.Where(name => !oracle.EntriesFor(name).Any());

        Assert.Empty(undecided);
        Assert.All(oracle.Entries, entry => Assert.False(string.IsNullOrWhiteSpace(entry.GetProperty("why").GetString())));
    }

    [Theory]
    [InlineData("unshare"), InlineData("setns"), InlineData("mount"), InlineData("umount2"), InlineData("pivot_root"), InlineData("chroot")]
    [InlineData("fsopen"), InlineData("fsmount"), InlineData("move_mount"), InlineData("open_tree"), InlineData("statmount"), InlineData("listmount")]
    [InlineData("ptrace"), InlineData("process_vm_readv"), InlineData("process_vm_writev"), InlineData("kcmp"), InlineData("pidfd_getfd"), InlineData("process_madvise")]
    [InlineData("bpf"), InlineData("perf_event_open"), InlineData("userfaultfd"), InlineData("io_uring_setup"), InlineData("io_uring_enter"), InlineData("io_uring_register")]
    [InlineData("keyctl"), InlineData("add_key"), InlineData("request_key"), InlineData("init_module"), InlineData("finit_module"), InlineData("kexec_load")]
    [InlineData("reboot"), InlineData("swapon"), InlineData("acct"), InlineData("quotactl"), InlineData("syslog"), InlineData("memfd_secret"), InlineData("mincore")]
    [InlineData("name_to_handle_at"), InlineData("open_by_handle_at"), InlineData("fanotify_init"), InlineData("fanotify_mark"), InlineData("adjtimex"), InlineData("clock_settime")]
    [InlineData("sched_setscheduler"), InlineData("sched_setattr"), InlineData("shmget"), InlineData("msgget"), InlineData("semget"), InlineData("mq_open"), InlineData("setgroups"), InlineData("capset")]
    public void Dangerous_call_is_refused_whatever_its_arguments(string syscall)
    {
        foreach (var architecture in SyscallTable.Architectures)
        {
            var table = Table(architecture);
            Assert.Equal(Eperm, Filter(architecture).Run(new(table.AuditArchitecture, (uint)table.Numbers[syscall], 0, 0, 0, 0, 0, 0)));
            Assert.Equal(Eperm, Filter(architecture).Run(new(table.AuditArchitecture, (uint)table.Numbers[syscall], ulong.MaxValue, 1, 2, 3, 4, ulong.MaxValue)));
        }
    }

    // What is decided here by number and not by the policy's own constants: a wrong constant must not prove itself.
    [Theory]
    [InlineData("clone", Allow, 17ul)]                        // SIGCHLD: fork
    [InlineData("clone", Allow, 0x3d0f00ul)]                  // pthread_create
    [InlineData("clone", Allow, 0x4111ul)]                    // posix_spawn: CLONE_VM | CLONE_VFORK | SIGCHLD
    [InlineData("clone", Eperm, 0x10000011ul)]                // CLONE_NEWUSER
    [InlineData("clone", Eperm, 0x20011ul)]                   // CLONE_NEWNS
    [InlineData("clone", Eperm, 0x8011ul)]                    // CLONE_PARENT
    [InlineData("clone3", Enosys)]
    [InlineData("ioctl", Allow, 1ul, 0x5401ul)]               // TCGETS
    [InlineData("ioctl", Eperm, 0ul, 0x5412ul)]               // TIOCSTI
    [InlineData("ioctl", Eperm, 0ul, 0xdead_0000_5412ul)]     // TIOCSTI with bits that the kernel drops
    [InlineData("ioctl", Eperm, 0ul, 0x541cul)]               // TIOCLINUX
    [InlineData("ioctl", 0x00050019u, 0ul, 0xb702ul)]         // NS_GET_PARENT: ENOTTY
    [InlineData("socket", Allow, 1ul, 1ul, 0ul)]              // AF_UNIX stream
    [InlineData("socket", Allow, 2ul, 0x80801ul, 6ul)]        // AF_INET stream, close-on-exec and non-blocking
    [InlineData("socket", Allow, 10ul, 2ul, 17ul)]            // AF_INET6 datagram
    [InlineData("socket", Eperm, 2ul, 3ul, 1ul)]              // raw ICMP
    [InlineData("socket", Eperm, 2ul, 2ul, 1ul)]              // datagram ICMP
    [InlineData("socket", Eperm, 2ul, 10ul, 3ul)]             // SOCK_PACKET, the old way to AF_PACKET
    [InlineData("socket", Eperm, 2ul, 1ul, 132ul)]            // SCTP
    [InlineData("socket", Eperm, 17ul, 3ul, 768ul)]           // AF_PACKET
    [InlineData("socket", Eperm, 38ul, 5ul, 0ul)]             // AF_ALG
    [InlineData("socket", Eperm, 40ul, 1ul, 0ul)]             // AF_VSOCK
    [InlineData("socket", Eperm, 0x1_0000_0028ul, 1ul, 0ul)]  // AF_VSOCK with a high bit that the kernel drops
    [InlineData("socket", Allow, 16ul, 0x80003ul, 0ul)]       // NETLINK_ROUTE, as getifaddrs opens it
    [InlineData("socket", Eperm, 16ul, 3ul, 12ul)]            // NETLINK_NETFILTER
    [InlineData("prctl", Allow, 15ul)]                        // PR_SET_NAME
    [InlineData("prctl", Eperm, 38ul)]                        // PR_SET_NO_NEW_PRIVS
    [InlineData("prctl", Eperm, 22ul)]                        // PR_SET_SECCOMP
    [InlineData("personality", Allow, 0xfffffffful)]
    [InlineData("personality", Eperm, 0x40000ul)]             // ADDR_NO_RANDOMIZE
    [InlineData("mmap", 0x0005000cu, 0ul, 4096ul, 3ul, 0x40022ul)] // MAP_HUGETLB: ENOMEM
    [InlineData("mmap", Allow, 0ul, 4096ul, 3ul, 0x22ul)]
    [InlineData("mknodat", Eperm, 0ul, 0ul, 0x61a4ul)]        // S_IFBLK
    [InlineData("mknodat", Allow, 0ul, 0ul, 0x11a4ul)]        // S_IFIFO
    [InlineData("inotify_add_watch", Eperm, 0ul, 0ul, 0x20ul)] // IN_OPEN
    [InlineData("inotify_add_watch", Allow, 0ul, 0ul, 0xfc6ul)] // what libuv asks for
    [InlineData("futex", Allow, 0ul, 128ul)]                  // FUTEX_WAIT_PRIVATE
    [InlineData("futex", Enosys, 0ul, 134ul)]                 // FUTEX_LOCK_PI_PRIVATE
    public void Arguments_decide_as_intended(string syscall, uint expected, params ulong[] arguments)
    {
        foreach (var architecture in SyscallTable.Architectures)
        {
            var table = Table(architecture);
            Array.Resize(ref arguments, 6);
            Assert.Equal(expected, Filter(architecture).Run(new(table.AuditArchitecture, (uint)table.Numbers[syscall], arguments)));
        }
    }

    [Fact]
    public void Call_of_another_abi_kills_the_process()
    {
        Assert.Equal(KillProcess, Filter("x86_64").Run(new(ArchI386, 20)));                 // int 0x80
        Assert.Equal(KillProcess, Filter("x86_64").Run(new(ArchX8664, 0x40000000 | 39)));   // x32
        Assert.Equal(KillProcess, Filter("aarch64").Run(new(ArchArm, 20)));                 // 32-bit ARM
        Assert.Equal(Allow, Filter("x86_64").Run(new(ArchX8664, 39)));
    }

    [Theory, MemberData(nameof(Architectures))]
    public void Call_newer_than_the_table_does_not_exist(string architecture)
    {
        var table = Table(architecture);
        Assert.Equal(Enosys, Filter(architecture).Run(new(table.AuditArchitecture, (uint)table.Numbers.Values.Max() + 1)));
        Assert.Equal(Enosys, Filter(architecture).Run(new(table.AuditArchitecture, 400)));   // a hole in the numbering
    }

    [Theory, MemberData(nameof(Architectures))]
    public void File_holds_the_program_and_nothing_else(string architecture)
    {
        using var statistics = new StringWriter();
        var bytes = SeccompCompiler.Compile(PolicyFiles.Policy, architecture, statistics);

        Assert.Equal(BpfCompiler.Compile(SeccompPolicyReader.Read(PolicyFiles.Policy), Table(architecture)), BpfInstruction.FromBytes(bytes));
        Assert.Contains($"{bytes.Length / 8} instructions", statistics.ToString(), StringComparison.Ordinal);
    }

    private static SyscallTable Table(string architecture) => SyscallTable.Read(PolicyFiles.Table, architecture);

    private static BpfInterpreter Filter(string architecture) => new(BpfInstruction.FromBytes(SeccompCompiler.Compile(PolicyFiles.Policy, architecture)));
}
