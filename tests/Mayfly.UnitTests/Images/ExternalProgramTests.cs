using System.Diagnostics;
using Mayfly.Images;

namespace Mayfly.UnitTests.Images;

public sealed class ExternalProgramTests
{
    private static CancellationToken Never => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failure_ends_with_the_programs_last_words()
    {
        var failure = await Assert.ThrowsAsync<ImageBuildException>(() => Shell("echo tried; echo 'no such mirror' >&2; exit 3").RunAsync(Never));

        Assert.Contains("exit code 3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no such mirror", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_called_by_its_name()
    {
        var failure = await Assert.ThrowsAsync<ImageBuildException>(() => Shell("echo 'cp: error writing x: No space left on device' >&2; exit 1").RunAsync(Never));

        Assert.Contains("The disk is full", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_there_says_so()
    {
        var failure = await Assert.ThrowsAsync<ImageBuildException>(() => new ExternalProgram("no-such-program").RunAsync(Never));

        Assert.Contains("cannot start no-such-program", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_takes_too_long_is_killed_with_its_children()
    {
        var mark = $"8{Random.Shared.Next(100_000, 999_999)}";

        var failure = await Assert.ThrowsAsync<ImageBuildException>(() =>
            (Shell($"sleep {mark} & sleep {mark}") with { Limit = TimeSpan.FromMilliseconds(300) }).RunAsync(Never));

        Assert.Contains("was not done after", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Process.GetProcessesByName("sleep"), sleeper => File.ReadAllText($"/proc/{sleeper.Id}/cmdline").Contains(mark, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_program_that_says_too_much_is_stopped()
    {
        var failure = await Assert.ThrowsAsync<ImageBuildException>(() => Shell("yes").RunAsync(Never));

        Assert.Contains("wrote more than", failure.Message, StringComparison.Ordinal);
    }

    private static ExternalProgram Shell(string script) => new("/bin/sh", "-c", script);
}
