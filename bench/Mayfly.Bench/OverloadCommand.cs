using System.CommandLine;
using Mayfly.Bench.Load;

namespace Mayfly.Bench;

/// <summary><c>./mayfly bench overload</c>.</summary>
internal static class OverloadCommand
{
    private static readonly Option<int> Seconds = new("--seconds") { HelpName = "N", Description = "How long the overload lasts.", DefaultValueFactory = _ => 10 };

    public static Command Create()
    {
        var command = new Command("overload", "Ten times more requests than can be served: what is still served, and who uses the processors meanwhile.") { Seconds, BenchCommand.App, BenchCommand.Images };
        command.SetAction((parsed, stop) => BenchCommand.MeasureAsync(parsed, program => OverloadProfile.RunAsync(program, TimeSpan.FromSeconds(parsed.GetValue(Seconds)), stop)));
        return command;
    }
}
