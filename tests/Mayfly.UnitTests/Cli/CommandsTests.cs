using System.CommandLine;
using System.Diagnostics;
using Mayfly.Cli;

namespace Mayfly.UnitTests.Cli;

public sealed class CommandsTests
{
    private readonly RootCommand _root = Commands.Create();

    [Fact]
    public void Every_example_is_a_command_line_that_is_understood()
    {
        var known = All(_root).Select(Examples.NameOf).ToHashSet();
        Assert.All(Examples.Commands, command => Assert.Contains(command, known));
        Assert.All(Examples.Commands.SelectMany(Examples.Of), example =>
        {
            var line = example.Split('|')[^1].Split("&&")[0].Split('>')[0].Split('<')[0].Trim();
            Assert.True(_root.Parse(line["mayfly ".Length..]).Errors.Count == 0, example);
        });
    }

    [Fact]
    public void Help_begins_with_examples()
    {
        using var output = new StringWriter();
        _root.Parse("run --help").Invoke(new InvocationConfiguration { Output = output });
        Assert.StartsWith($"Examples:{Environment.NewLine}  mayfly run program.py", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("--language", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("us", "usage")]
    [InlineData("keys re", "revoke")]
    [InlineData("run --la", "--language")]
    [InlineData("completion ", "fish")]
    public void The_parser_suggests_what_comes_next(string line, string next)
    {
        using var output = new StringWriter();
        _root.Parse([$"[suggest:{line.Length}]", line]).Invoke(new InvocationConfiguration { Output = output });
        Assert.Contains(next, output.ToString().Split(Environment.NewLine));
    }

    [Fact]
    public void The_manual_has_every_command_and_option()
    {
        var page = ManualCommand.Write(_root).Replace("\\-", "-", StringComparison.Ordinal);
        var shown = All(_root).Where(command => !command.Hidden && command.Subcommands.Count == 0).ToList();
        Assert.NotEmpty(shown);
        Assert.All(shown, command =>
        {
            Assert.Contains($".SS {Examples.NameOf(command)}", page, StringComparison.Ordinal);
            Assert.All(command.Options.Where(option => !option.Hidden), option => Assert.Contains($".BI {option.Name}", page, StringComparison.Ordinal));
        });
        Assert.DoesNotContain("run-worker", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_manual_is_a_page_that_groff_takes_without_a_warning()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/groff"), "/usr/bin/groff is not installed");
        using var groff = Process.Start(new ProcessStartInfo("/usr/bin/groff", ["-man", "-ww", "-z", "-Tascii"]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        await groff.StandardInput.WriteAsync(ManualCommand.Write(_root));
        groff.StandardInput.Close();
        var warnings = await groff.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await groff.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("", 0), (warnings, groff.ExitCode));
    }

    [Theory]
    [InlineData("bash", "/bin/bash")]
    [InlineData("zsh", "/usr/bin/zsh")]
    [InlineData("fish", "/usr/bin/fish")]
    public async Task The_completion_script_is_one_that_the_shell_takes(string shell, string program)
    {
        Assert.SkipUnless(File.Exists(program), $"{program} is not installed");
        using var check = Process.Start(new ProcessStartInfo(program, ["-n"]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        await check.StandardInput.WriteAsync(CompletionCommand.Script(shell));
        check.StandardInput.Close();
        var wrong = await check.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await check.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("", 0), (wrong, check.ExitCode));
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);
}
