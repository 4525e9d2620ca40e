using System.Diagnostics;
using Mayfly.Cells.Launching.MicroVm;
using Mayfly.HostTests.Cells;
using Mayfly.HostTests.Services;

namespace Mayfly.HostTests.MicroVms;

/// <summary>A guest that is not whole never says Hello: it ends, soon, with its reason, and leaves nothing.</summary>
public sealed class BrokenGuestTests : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("mayfly-guest-").FullName;

    // The gateway's user must get through it to its own.
    public BrokenGuestTests() => File.SetUnixFileMode(_scratch, (UnixFileMode)0x1C9); // 0711

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Theory]
    [InlineData("guest/cell-seccomp.bpf", "1234567", "could not be made", "/cell-seccomp.bpf: EINVAL")]
    [InlineData("guest/guest-init", "no program", "panicked", "init")]
    [InlineData("cell/mayfly-agent", "no program", "agent failed", "/mayfly/mayfly-agent: ENOEXEC")]
    public async Task Guest_with_a_broken_part_ends_and_says_which(string file, string content, string how, string lastWords)
    {
        MicroVm.Require();
        var app = $"{_scratch}/app";
        FakeParts.CopyTree(Host.App, app);
        await File.WriteAllTextAsync($"{app}/{file}", content, TestContext.Current.CancellationToken);

        var (exitCode, errors) = await RunAsync(app);

        Assert.Equal(125, exitCode);
        // All of it in the message: the console's last words are all that is known of a guest that ended otherwise.
        Assert.True(errors.Contains(how, StringComparison.Ordinal), errors);
        Assert.True(errors.Contains(lastWords, StringComparison.Ordinal), errors);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), IsOurQemu);
    }

    [Fact]
    public async Task KVM_that_is_asked_for_and_cannot_be_had_is_an_error_with_the_remedy()
    {
        MicroVm.Require();
        Assert.SkipWhen(Accelerator.Choose(Accelerator.Auto).IsKvm, "this machine has KVM");

        var (exitCode, errors) = await RunAsync(Host.App, "--set", "Accelerator=kvm");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("/dev/kvm", errors, StringComparison.Ordinal);
        Assert.Contains("--accelerator emulation", errors, StringComparison.Ordinal);
    }

    /// <summary>/dev/kvm is there and may not be opened: a machine that gives it to others only.</summary>
    [Fact]
    public async Task KVM_that_is_asked_for_without_the_right_to_it_is_an_error_with_the_remedy()
    {
        MicroVm.Require();

        var (exitCode, errors) = await RunAsync(Host.App, ["--set", "Accelerator=kvm"], WithoutRightToKvm);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(NoRight, errors, StringComparison.Ordinal);
        Assert.Contains("--accelerator emulation", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_right_to_KVM_guests_are_emulated_and_service_and_doctor_say_why()
    {
        MicroVm.Require();

        using var doctor = Start([.. WithoutRightToKvm, "dotnet", $"{Host.App}/mayfly.dll", "doctor", "--data", $"{_scratch}/none", "--images", Path.GetDirectoryName(Host.Image)!]);
        var said = await doctor.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Matches($@"(?s)CAUTION +launcher microvm +emulated.*{NoRight}", said);

        // Which of the two it is, it knows before it starts the first guest.
        using var service = Start([.. WithoutRightToKvm, "dotnet", $"{Host.App}/mayfly.dll", "serve", "--listen", $"127.0.0.1:{RunningService.FreePort()}", "--data", $"{_scratch}/data", "--images", Path.GetDirectoryName(Host.Image)!, .. MicroVm.Options]);
        var lines = new List<string>();
        while (await service.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.Contains("cell 1: started", StringComparison.Ordinal)) lines.Add(line);
        await RunningService.SignalAsync("TERM", service.Id);
        var rest = await service.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await service.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(service.ExitCode == 0, string.Join('\n', lines) + rest);
        Assert.Contains(lines, line => line.Contains("micro-VMs run Linux", StringComparison.Ordinal) && line.Contains("emulated", StringComparison.Ordinal) && line.Contains(NoRight, StringComparison.Ordinal));
    }

    private const string NoRight = "'/dev/kvm' is denied";

    // For root, too: a device on a file system without devices. The machine's /dev stays what it is.
    private string[] WithoutRightToKvm =>
    [
        "unshare", "--mount", "--propagation", "private", "sh", "-ec",
        """
        mkdir -p "$0/dev" "$0/closed"
        mount -t tmpfs -o nodev mayfly-test "$0/closed"
        mknod "$0/closed/kvm" c 10 232
        mount -t tmpfs mayfly-test "$0/dev"
        cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty "$0/dev"
        mkdir "$0/dev/shm" "$0/dev/pts"
        chmod 1777 "$0/dev/shm"
        for link in fd stdin stdout stderr; do cp -a "/dev/$link" "$0/dev"; done
        : > "$0/dev/kvm"
        mount --bind "$0/closed/kvm" "$0/dev/kvm"
        mount --rbind "$0/dev" /dev
        exec "$@"
        """,
        _scratch,
    ];

    private Task<(int ExitCode, string Errors)> RunAsync(string app, params string[] options) => RunAsync(app, options, []);

    private async Task<(int ExitCode, string Errors)> RunAsync(string app, string[] options, string[] within)
    {
        var program = $"{_scratch}/program.py";
        await File.WriteAllTextAsync(program, "print(1)");
        string[] command = [.. within, "dotnet", $"{app}/mayfly.dll", "run", "--data", $"{_scratch}/data", "--images", Path.GetDirectoryName(Host.Image)!, .. MicroVm.Options, .. options, program];
        using var run = Start(command);
        var output = run.StandardOutput.ReadToEndAsync();
        var errors = await run.StandardError.ReadToEndAsync();
        await run.WaitForExitAsync();
        Assert.Equal("", await output);
        return (run.ExitCode, errors);
    }

    private static Process Start(string[] command) => Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    // Its cgroup has the name of the instance, which is of the data directory.
    private bool IsOurQemu(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/cgroup").Contains(Mayfly.Cells.Premises.InstanceLock.InstanceOf($"{_scratch}/data/once/1"), StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
