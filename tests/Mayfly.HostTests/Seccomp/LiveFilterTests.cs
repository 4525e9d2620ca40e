using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Mayfly.Images.Seccomp;

namespace Mayfly.HostTests.Seccomp;

/// <summary>The shipped filter in this machine's kernel: what the interpreter of the unit tests cannot know.</summary>
/// <remarks>Needs a C compiler and no right: an unprivileged process may filter itself.</remarks>
public sealed class LiveFilterTests(CallProgram program) : IClassFixture<CallProgram>
{
    private const int Eperm = 1;
    private const int Enosys = 38;

    private static readonly string[] Refusals = ["errno 1", "errno 38"];

    // The kernel itself enters these; from 6.14 on it does not ask filters about them.
    private static readonly string[] PastAnyFilter = ["uretprobe", "uprobe"];

    [Fact]
    public async Task Calls_that_are_neither_refused_nor_unknown_are_those_of_the_golden_file()
    {
        Assert.SkipUnless(program.Architecture == "x86_64", "the golden file is of x86_64");
        var golden = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Seccomp/census-x86_64.txt"), TestContext.Current.CancellationToken);
        var names = program.Table.Numbers.ToDictionary(call => call.Value, call => call.Key);

        var census = await program.RunAsync(program.Filter, "census", "0", "600");
        var answered = census.Where(line => !Refusals.Contains(line.Answer)).Select(line => names[(int)line.Number]).Except(PastAnyFilter).ToHashSet();

        Assert.Equal(601, census.Count);
        Assert.Empty(answered.Except(golden));

        // What is missing must be missing from this kernel, filter or not.
        foreach (var name in golden.Except(answered))
            Assert.Contains(await program.CallAsync("-", name), Refusals);
    }

    [Theory]
    [InlineData("unshare", Eperm, 0x10000000ul)]                 // CLONE_NEWUSER
    [InlineData("clone", Eperm, 0x10000011ul)]
    [InlineData("clone", Eperm, 0x8011ul)]                       // CLONE_PARENT
    [InlineData("clone3", Enosys)]
    [InlineData("setns", Eperm)]
    [InlineData("mount", Eperm)]
    [InlineData("umount2", Eperm)]
    [InlineData("pivot_root", Eperm)]
    [InlineData("chroot", Eperm)]
    [InlineData("fsopen", Eperm)]
    [InlineData("move_mount", Eperm)]
    [InlineData("open_tree", Eperm)]
    [InlineData("ptrace", Eperm)]                                // PTRACE_TRACEME
    [InlineData("process_vm_readv", Eperm)]
    [InlineData("pidfd_getfd", Eperm)]
    [InlineData("kcmp", Eperm)]
    [InlineData("keyctl", Eperm)]
    [InlineData("add_key", Eperm)]
    [InlineData("bpf", Eperm)]
    [InlineData("perf_event_open", Eperm)]
    [InlineData("userfaultfd", Eperm)]
    [InlineData("io_uring_setup", Eperm, 1ul)]
    [InlineData("reboot", Eperm)]
    [InlineData("memfd_secret", Eperm)]
    [InlineData("mincore", Eperm)]
    [InlineData("socket", Eperm, 40ul, 1ul, 0ul)]                // AF_VSOCK
    [InlineData("socket", Eperm, 38ul, 5ul, 0ul)]                // AF_ALG
    [InlineData("socket", Eperm, 17ul, 3ul, 768ul)]              // AF_PACKET
    [InlineData("socket", Eperm, 2ul, 3ul, 1ul)]                 // raw
    [InlineData("ioctl", Eperm, 0ul, 0x5412ul)]                  // TIOCSTI
    [InlineData("ioctl", Eperm, 0ul, 0x1_0000_5412ul)]
    [InlineData("prctl", Eperm, 38ul, 0ul)]                      // PR_SET_NO_NEW_PRIVS off
    [InlineData("setuid", Eperm, 0ul)]
    [InlineData("memfd_create", 12, 0ul, 4ul)]                   // MFD_HUGETLB: ENOMEM
    public async Task Dangerous_call_fails(string name, int errno, params ulong[] arguments)
    {
        Assert.Equal($"errno {errno}", await program.CallAsync(program.Filter, name, arguments));
    }

    [Theory]
    [InlineData("socket", 1ul, 1ul, 0ul)]
    [InlineData("socket", 2ul, 1ul, 0ul)]
    [InlineData("socket", 10ul, 2ul, 17ul)]
    [InlineData("socket", 16ul, 3ul, 0ul)]
    [InlineData("clone", 17ul)]
    [InlineData("personality", 0xfffffffful)]
    [InlineData("getpid")]
    public async Task Ordinary_call_is_made(string name, params ulong[] arguments)
    {
        Assert.Equal("returned", await program.CallAsync(program.Filter, name, arguments));
    }

    [Theory]
    [InlineData("int80")]
    [InlineData("x32")]
    public async Task Call_of_another_abi_kills_the_process(string abi)
    {
        Assert.SkipUnless(program.Architecture == "x86_64", "int 0x80 and x32 are ways of x86_64");

        // Where the machine itself has no such way in (some hypervisors have no int 0x80), the processor is before the filter.
        var unfiltered = Assert.Single(await program.RunAsync("-", abi)).Answer;
        Assert.Equal(unfiltered == "signal 11" ? unfiltered : "signal 31", Assert.Single(await program.RunAsync(program.Filter, abi)).Answer);
    }

    /// <summary>A wrong constant in the policy would be compiled, interpreted and tested consistently wrong.</summary>
    [Fact]
    public async Task Constants_are_those_of_the_kernel_headers()
    {
        // The last is in linux/in6.h, which cannot be included beside netinet/in.h; flow_labels.py of the attacks holds it.
        string[] ownNames = ["PER_QUERY", "SOCK_TYPE_MASK", "IPV6_FLOWLABEL_MGR"];
        var constants = System.Text.Json.JsonDocument.Parse(await File.ReadAllBytesAsync(CallProgram.Policy, TestContext.Current.CancellationToken)).RootElement.GetProperty("constants");
        var claims = constants.EnumerateObject().Where(constant => !ownNames.Contains(constant.Name)).Select(constant =>
            $"_Static_assert((unsigned long)(unsigned)({constant.Name}) == {constant.Value.ToString()}ul, \"{constant.Name}\");");

        await CallProgram.CompileAsync($$"""
            #define _GNU_SOURCE
            #include <asm/ioctls.h>
            #include <asm/termbits.h>
            #include <fcntl.h>
            #include <linux/futex.h>
            #include <linux/netlink.h>
            #include <linux/personality.h>
            #include <linux/sockios.h>
            #include <netinet/in.h>
            #include <netinet/tcp.h>
            #include <sched.h>
            #include <sys/inotify.h>
            #include <sys/mman.h>
            #include <sys/prctl.h>
            #include <sys/socket.h>
            #include <sys/stat.h>
            #include <time.h>
            {{(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? "#include <asm/prctl.h>" : "")}}
            {{string.Join('\n', claims)}}
            int main(void) { return 0; }
            """, Path.Combine(program.Directory, "constants"));
    }
}

/// <summary>call.c, compiled once, and the filter beside it.</summary>
public sealed class CallProgram : IAsyncLifetime
{
    internal static string Policy { get; } = Path.Combine(AppContext.BaseDirectory, "cell/jail/seccomp.json");

    internal string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("mayfly-seccomp-").FullName;

    internal string Filter => Path.Combine(Directory, "seccomp.bpf");

    internal string Architecture { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "x86_64",
        System.Runtime.InteropServices.Architecture.Arm64 => "aarch64",
        var other => other.ToString(),
    };

    internal SyscallTable Table { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Table = SyscallTable.Read(Path.Combine(Path.GetDirectoryName(Policy)!, "syscalls.json"), Architecture);
        await File.WriteAllBytesAsync(Filter, SeccompCompiler.Compile(Policy, Architecture));
        await CompileAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Seccomp/call.c")), Path.Combine(Directory, "call"));
    }

    public ValueTask DisposeAsync()
    {
        System.IO.Directory.Delete(Directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    internal static async Task CompileAsync(string source, string output)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/cc"), "no C compiler: apt-get install gcc libc6-dev");
        var messages = await OutputAsync("/usr/bin/cc", ["-O1", "-x", "c", "-o", output, "-"], source);
        Assert.True(File.Exists(output), messages);
    }

    internal async Task<string> CallAsync(string filter, string name, params ulong[] arguments)
    {
        string[] words = [Table.Numbers[name].ToString(CultureInfo.InvariantCulture), .. arguments.Select(argument => argument.ToString(CultureInfo.InvariantCulture))];
        return Assert.Single(await RunAsync(filter, words)).Answer;
    }

    internal async Task<IReadOnlyList<(long Number, string Answer)>> RunAsync(string filter, params string[] words)
    {
        var output = await OutputAsync(Path.Combine(Directory, "call"), [filter, .. words]);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
            (long.Parse(line.AsSpan(0, line.IndexOf(' ')), CultureInfo.InvariantCulture), line[(line.IndexOf(' ') + 1)..]))];
    }

    private static async Task<string> OutputAsync(string file, IEnumerable<string> arguments, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output + await errors;
    }
}
