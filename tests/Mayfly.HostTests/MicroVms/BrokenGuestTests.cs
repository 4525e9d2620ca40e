using System.Diagnostics;
using Mayfly.Cells.Launching.MicroVm;

namespace Mayfly.HostTests.MicroVms;

/// <summary>A guest that is not whole never says Hello: it ends, soon, with its reason, and leaves nothing.</summary>
public sealed class BrokenGuestTests : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("mayfly-guest-").FullName;

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Theory]
    [InlineData("guest/cell-seccomp.bpf", "1234567", "could not be made", "/cell-seccomp.bpf: EINVAL")]
    [InlineData("guest/guest-init", "no program", "panicked", "init")]
    [InlineData("cell/mayfly-agent", "no program", "agent failed", "/mayfly/mayfly-agent: ENOEXEC")]
    public async Task Guest_with_a_broken_part_ends_and_says_which(string file, string content, string how, string lastWords)
    {
        MicroVm.Require();
        var app = $"{_scratch}/app";
        foreach (var source in Directory.EnumerateFiles(Host.App, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(app, Path.GetRelativePath(Host.App, source));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target);
        }

        await File.WriteAllTextAsync($"{app}/{file}", content, TestContext.Current.CancellationToken);

        var (exitCode, errors) = await RunAsync(app);

        Assert.Equal(125, exitCode);
        Assert.Contains(how, errors, StringComparison.Ordinal);
        Assert.Contains(lastWords, errors, StringComparison.Ordinal);
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

    private async Task<(int ExitCode, string Errors)> RunAsync(string app, params string[] options)
    {
        // The gateway's user must get through it to its own.
        File.SetUnixFileMode(_scratch, (UnixFileMode)0x1C9); // 0711
        var program = $"{_scratch}/program.py";
        await File.WriteAllTextAsync(program, "print(1)");
        using var run = Process.Start(new ProcessStartInfo("dotnet", [$"{app}/mayfly.dll", "run", "--data", $"{_scratch}/data", "--images", Path.GetDirectoryName(Host.Image)!, .. MicroVm.Options, .. options, program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = run.StandardOutput.ReadToEndAsync();
        var errors = await run.StandardError.ReadToEndAsync();
        await run.WaitForExitAsync();
        Assert.Equal("", await output);
        return (run.ExitCode, errors);
    }

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
