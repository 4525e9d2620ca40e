using System.CommandLine;
using Mayfly.Bench.Sdks;

namespace Mayfly.Bench;

/// <summary><c>./mayfly bench sdks</c>.</summary>
internal static class SdksCommand
{
    private static readonly Option<int> Rounds = new("--rounds") { HelpName = "N", Description = "Rounds there and back: with a quarter of the default, a tenth more or less is chance.", DefaultValueFactory = _ => 800 };
    private static readonly Option<string> Repository = new("--repository") { HelpName = "DIR", Description = "Where the SDKs are.", DefaultValueFactory = _ => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..")) };

    public static Command Create()
    {
        var command = new Command("sdks", "What each SDK adds to a program's time, beside a raw HTTP client of its language. Exit code 1: more than is allowed.") { Rounds, Repository, BenchCommand.App, BenchCommand.Images };
        command.SetAction((parsed, stop) => BenchCommand.MeasureAsync(parsed, program => SdkOverhead.RunAsync(program, parsed.GetRequiredValue(Repository), parsed.GetValue(Rounds), stop)));
        return command;
    }
}
