using Mayfly.Images.Seccomp;

namespace Mayfly.UnitTests.Seccomp;

/// <summary>A policy that could be misread is not read at all.</summary>
public sealed class PolicyTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Fact]
    public void Smallest_policy_is_read()
    {
        var policy = Read("""{ "syscall": "read", "action": "allow", "why": "input" }""");

        var entry = Assert.Single(policy.Entries);
        Assert.Equal("read", Assert.Single(entry.Syscalls));
        Assert.Equal(Verdict.Allow, entry.Verdict);
    }

    [Theory]
    [InlineData("""{ "syscall": "read", "action": "allow", "why": "input", "arg": [] }""", "arg")]
    [InlineData("""{ "syscall": "read", "action": "allow", "action": "allow", "why": "input" }""", "action")]
    [InlineData("""{ "syscall": "read", "action": "allow" }""", "why")]
    [InlineData("""{ "syscall": "read", "action": "allow", "why": " " }""", "why")]
    [InlineData("""{ "action": "allow", "why": "x" }""", "\"syscall\" or")]
    [InlineData("""{ "syscalls": [], "action": "allow", "why": "x" }""", "\"syscall\" or")]
    [InlineData("""{ "syscall": "read", "syscalls": ["write"], "action": "allow", "why": "x" }""", "not both")]
    [InlineData("""{ "syscalls": ["read", "read"], "action": "allow", "why": "x" }""", "twice")]
    [InlineData("""{ "syscall": "read", "action": "permit", "why": "x" }""", "\"action\"")]
    [InlineData("""{ "syscall": "read", "action": "allow", "errno": "EPERM", "why": "x" }""", "not both")]
    [InlineData("""{ "syscall": "read", "errno": "EWHATEVER", "why": "x" }""", "EWHATEVER")]
    [InlineData("""{ "syscall": "read", "errno": "1", "why": "x" }""", "\"1\"")]
    [InlineData("""{ "syscall": "read", "only": "sparc", "action": "allow", "why": "x" }""", "sparc")]
    [InlineData("""{ "syscall": "read", "args": [], "action": "allow", "why": "x" }""", "empty")]
    [InlineData("""{ "syscall": "read", "args": [{ "arg": 6, "as": "int", "equals": 1 }], "action": "allow", "why": "x" }""", "\"arg\" is 6")]
    [InlineData("""{ "syscall": "read", "args": [{ "arg": 0, "equals": 1 }], "action": "allow", "why": "x" }""", "as")]
    [InlineData("""{ "syscall": "read", "args": [{ "arg": 0, "as": "short", "equals": 1 }], "action": "allow", "why": "x" }""", "short")]
    [InlineData("""{ "syscall": "read", "args": [{ "arg": 0, "as": "int" }], "action": "allow", "why": "x" }""", "\"equals\" or")]
    [InlineData("""{ "syscall": "read", "args": [{ "arg": 0, "as": "int", "equals": "NOBODY" }], "action": "allow", "why": "x" }""", "NOBODY")]
    [InlineData("""{ "syscall": "read", "args": [{ "arg": 0, "as": "int", "equals": -1 }], "action": "allow", "why": "x" }""", "-1")]
    [InlineData("""{ "syscall": "read", "args": [{ "arg": 0, "as": "int", "equals": "0x100000000" }], "action": "allow", "why": "x" }""", "outside the mask")]
    [InlineData("""{ "syscall": "read", "args": [{ "arg": 0, "as": "int", "mask": "0x100000000", "equals": 0 }], "action": "allow", "why": "x" }""", "wider")]
    [InlineData("""{ "syscall": "read", "args": [{ "arg": 0, "as": "int", "mask": 0, "equals": 0 }], "action": "allow", "why": "x" }""", "nothing")]
    [InlineData("""{ "syscall": "read", "args": [{ "arg": 0, "as": "int", "mask": 4, "equals": 2 }], "action": "allow", "why": "x" }""", "outside the mask")]
    [InlineData("""{ "syscall": "read", "args": [{ "arg": 0, "as": "int", "in": [1, 1] }], "action": "allow", "why": "x" }""", "twice")]
    public void Entry_that_could_be_misread_is_an_error_that_names_it(string entry, string named)
    {
        var error = Assert.Throws<SeccompPolicyException>(() => Read(entry));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    // Found by ./mayfly fuzz.
    [Fact]
    public void Text_that_is_no_Unicode_is_an_error()
    {
        var error = Assert.Throws<SeccompPolicyException>(() => Read("""{ "syscall": "read", "args": [{ "arg": 0, "as": "int", "equals": "\ud800" }], "action": "allow", "why": "x" }"""));

        Assert.Contains("no Unicode", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constant_that_no_entry_uses_is_an_error()
    {
        var error = Assert.Throws<SeccompPolicyException>(() => Read("""{ "syscall": "read", "action": "allow", "why": "x" }""", """{ "AF_UNIX": 1 }"""));

        Assert.Contains("AF_UNIX", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entry_behind_one_that_always_decides_is_an_error()
    {
        var error = Assert.Throws<SeccompPolicyException>(() => Rules("""
            { "syscall": "read", "action": "allow", "why": "x" },
            { "syscalls": ["write", "read"], "errno": "EPERM", "why": "y" }
            """));

        Assert.Contains("entry 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("\"read\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entry_with_the_conditions_of_an_earlier_one_is_an_error()
    {
        Assert.Throws<SeccompPolicyException>(() => Rules("""
            { "syscall": "read", "args": [{ "arg": 0, "as": "int", "equals": 1 }], "action": "allow", "why": "x" },
            { "syscall": "read", "args": [{ "arg": 0, "as": "int", "equals": "0x1" }], "errno": "EPERM", "why": "y" }
            """));
    }

    [Fact]
    public void Call_that_the_architecture_lacks_is_an_error_unless_the_entry_says_so()
    {
        const string Fork = """{ "syscall": "fork", "action": "allow", "why": "x" }""";

        Assert.Contains("only", Assert.Throws<SeccompPolicyException>(() => Rules(Fork, "aarch64")).Message, StringComparison.Ordinal);
        Assert.Single(Rules(Fork, "x86_64")[57]);
        Assert.DoesNotContain(Rules(Fork.Replace("\"why\"", "\"only\": \"x86_64\", \"why\"", StringComparison.Ordinal), "aarch64").Values, rules => rules.Count > 0);
    }

    [Fact]
    public void Table_without_the_architecture_is_an_error_that_names_those_it_has()
    {
        var error = Assert.Throws<SeccompPolicyException>(() => SyscallTable.Read(PolicyFiles.Table, "riscv64"));

        Assert.Contains("x86_64, aarch64", error.Message, StringComparison.Ordinal);
    }

    private SeccompPolicy Read(string entries, string constants = "{}")
    {
        File.WriteAllText(file, $$"""
            {
              "about": "a test", "source": "this file",
              "unmatched": { "errno": "EPERM", "why": "x" }, "unknown": { "errno": "ENOSYS", "why": "x" }, "foreign": { "action": "kill_process", "why": "x" },
              "constants": {{constants}},
              "entries": [{{entries}}]
            }
            """);
        return SeccompPolicyReader.Read(file);
    }

    private IReadOnlyDictionary<int, IReadOnlyList<Rule>> Rules(string entries, string architecture = "x86_64") =>
        Read(entries).RulesFor(SyscallTable.Read(PolicyFiles.Table, architecture));
}
