using Mayfly.Images.Seccomp;
using Mayfly.UnitTests.Docs;

namespace Mayfly.UnitTests.Seccomp;

/// <summary>The filter around a cell in a guest, against the list that runc gets for a container.</summary>
public sealed class CellFilterTests
{
    private const uint Allow = 0x7fff0000, KillProcess = 0x80000000, Eperm = 0x00050001, Eafnosupport = 0x00050061;
    private const uint ArchX8664 = 0xc000003e, ArchI386 = 0x40000003;
    private const ulong NewUser = 0x10000000, NewNs = 0x20000;

    private static readonly SyscallTable s_table = SyscallTable.Read(PolicyFiles.Table, "x86_64");

    private readonly BpfInterpreter _filter = new(BpfCompiler.Compile(CellPolicyReader.Read(List, s_table), s_table));

    private static string List => Path.Combine(Repository.Root, "src/Mayfly.Cells/Launching/Runc/cell-seccomp.json");

    public static TheoryData<string, uint, ulong[]> Calls => new()
    {
        { "bpf", Eperm, [] },
        { "io_uring_setup", Eperm, [] },
        { "finit_module", Eperm, [] },
        { "open_by_handle_at", Eperm, [] },
        { "reboot", Eperm, [] },
        { "mount", Allow, [] },
        { "pidfd_open", Allow, [] },
        { "clone", Allow, [NewNs] },
        { "clone", Eperm, [NewNs | NewUser] },
        { "unshare", Eperm, [NewUser] },
        { "socket", Allow, [1, 1] },
        { "socket", Eafnosupport, [40, 1] },
        { "socket", Eafnosupport, [38, 1] },
        { "socket", Eafnosupport, [17, 1] },
        { "socket", Allow, [16, 3, 0] },
        { "socket", Eafnosupport, [16, 3, 12] },

        // The kernel takes these as ints: what stands above decides nothing.
        { "socket", Eafnosupport, [0x1_0000_0028, 1] },
        { "socket", Eafnosupport, [16, 3, 0x1_0000_000c] },
    };

    [Theory, MemberData(nameof(Calls))]
    public void Call_is_answered_as_the_list_says(string syscall, uint expected, ulong[] arguments) =>
        Assert.Equal(new Verdict(expected), new Verdict(_filter.Run(new SeccompData(ArchX8664, (uint)s_table.Numbers[syscall], arguments))));

    [Fact]
    public void Every_name_of_the_list_that_the_architecture_has_is_denied_without_or_with_its_arguments()
    {
        var policy = CellPolicyReader.Read(List, s_table);
        string[] partly = ["clone", "unshare", "socket", "socketpair"];

        var denied = policy.Entries.SelectMany(entry => entry.Syscalls).Except(partly).ToList();

        Assert.True(denied.Count > 40, $"only {denied.Count} calls are denied");
        Assert.All(denied, name => Assert.Equal(new Verdict(Eperm), new Verdict(_filter.Run(new SeccompData(ArchX8664, (uint)s_table.Numbers[name])))));
    }

    [Fact]
    public void Another_architectures_call_kills_and_an_unknown_number_passes()
    {
        Assert.Equal(KillProcess, _filter.Run(new SeccompData(ArchI386, 1)));
        Assert.Equal(KillProcess, _filter.Run(new SeccompData(ArchX8664, 0x40000001)));
        Assert.Equal(Allow, _filter.Run(new SeccompData(ArchX8664, 9999)));
    }

    [Theory]
    [InlineData("""[{ "names": ["bpf"], "errno": "EWHAT", "why": "reason" }]""", "EWHAT")]
    [InlineData("""[{ "names": ["socket"], "errno": "EPERM", "why": "reason", "args": [{ "index": 0, "value": 1, "op": "SCMP_CMP_GT" }] }]""", "SCMP_CMP_GT")]
    [InlineData("""[{ "names": ["bpf"], "errno": "EPERM" }]""", "why")]
    [InlineData("{", "cell.json")]
    public void Line_of_an_unknown_form_is_an_error_that_names_it(string list, string named)
    {
        using var scratch = new Images.Scratch();

        var wrong = Assert.Throws<SeccompPolicyException>(() => CellPolicyReader.Read(scratch.Write("cell.json", list), s_table));

        Assert.Contains(named, wrong.Message, StringComparison.Ordinal);
    }
}
