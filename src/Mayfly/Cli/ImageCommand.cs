using System.CommandLine;
using System.Runtime.InteropServices;
using Mayfly.Images;
using Mayfly.Images.Guest;
using Mayfly.Images.Seccomp;
using Spectre.Console;

namespace Mayfly.Cli;

/// <summary><c>mayfly image</c>: the read-only root that programs see, and the filter that they run under.</summary>
internal static class ImageCommand
{
    public static Command Create() => new("image", "Builds and shows the runtime image.") { Build(), Show(), Seccomp() };

    private static Command Build()
    {
        var provider = new Option<string?>("--provider") { HelpName = "standalone|distribution", Description = "Which Python (also MAYFLY_IMAGE_PROVIDER). Default: 3.12 by the lock file where its sources can be reached, else the distribution's." };
        var force = new Option<bool>("--force") { Description = "Build although it is there: takes in security updates, mends a damaged image." };
        var guest = new Option<bool>("--guest") { Description = "Its part for micro-VMs, too: kernel and disk. Default with the launcher microvm." };
        var command = new Command("build", "Makes the image, if it is not there. Takes about a minute; needs root.") { provider, force, guest };
        Settings.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var settings = Settings.Read(parsed);
            try
            {
                var image = await ImageBuilder.BuildAsync(
                    new ImageBuildOptions
                    {
                        ImagesDirectory = Installation.From(settings).Images,
                        Provider = PythonProviderNames.Parse(parsed.GetValue(provider) ?? settings["Image_Provider"]),
                        Force = parsed.GetValue(force),
                    },
                    new Lines(),
                    stop);
                if (parsed.GetValue(guest) || Installation.From(settings).NeedsGuest)
                {
                    await new GuestBuilder(Installation.From(settings).Images, new Lines()).BuildAsync(image, parsed.GetValue(force), stop);
                }

                Console.WriteLine(image.Directory);
                return 0;
            }
            catch (ImageBuildException failure)
            {
                throw new CommandFailure(failure.Message);
            }
        });
        return command;
    }

    private static Command Show()
    {
        var json = new Option<bool>("--json") { Description = "The manifest." };
        var path = new Option<bool>("--path") { Description = "Only where it is." };
        var quiet = new Option<bool>("--quiet") { Description = "Only the exit code: 0 if it is there and its list of files is as built." };
        var verify = new Option<bool>("--verify") { Description = "Compare every byte with the manifest." };
        var guest = new Option<bool>("--guest") { Description = "Its part for micro-VMs must be there, too. Default with the launcher microvm." };
        var command = new Command("show", "Shows the image of this version.") { json, path, quiet, verify, guest };
        Settings.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var settings = Settings.Read(parsed);
            var directory = await InstalledImage.RequireAsync(settings, stop);
            var image = new Image(directory, Manifest.Read(directory));
            if (parsed.GetValue(guest) || Installation.From(settings).NeedsGuest)
            {
                InstalledImage.RequireGuest(image);
            }

            if (parsed.GetValue(verify))
            {
                try
                {
                    await ImageStore.VerifyAsync(image, contents: true, stop);
                }
                catch (ImageBuildException damaged)
                {
                    throw new CommandFailure(damaged.Message);
                }
            }

            if (parsed.GetValue(quiet))
            {
                return 0;
            }

            if (parsed.GetValue(json))
            {
                await using var file = File.OpenRead(Path.Combine(directory, ImageStore.ManifestFile));
                await using var output = Console.OpenStandardOutput();
                await file.CopyToAsync(output, stop);
                Console.WriteLine();
            }
            else if (parsed.GetValue(path))
            {
                Console.WriteLine(directory);
            }
            else
            {
                Print(image);
            }

            return 0;
        });
        return command;
    }

    private static Command Seccomp()
    {
        var policy = new Option<string>("--policy") { HelpName = "FILE", Required = true, Description = "cell/jail/seccomp.json" };
        var output = new Option<string>("--out") { HelpName = "FILE", Required = true, Description = "Where the filter goes: an array of struct sock_filter." };
        var architecture = new Option<string>("--arch")
        {
            HelpName = "x86_64|aarch64",
            Description = "Default: this machine's.",
            DefaultValueFactory = _ => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64",
        };
        var cellTable = new Option<string?>("--cell-table") { HelpName = "FILE", Description = "cell/jail/syscalls.json: --policy is the cell's list of what is denied (cell-seccomp.json), for guests." };
        var command = new Command("seccomp", "Compiles the policy of system calls to the filter that jails load.") { policy, output, architecture, cellTable };
        command.SetAction(parsed =>
        {
            try
            {
                var (source, machine) = (parsed.GetRequiredValue(policy), parsed.GetRequiredValue(architecture));
                File.WriteAllBytes(
                    parsed.GetRequiredValue(output),
                    parsed.GetValue(cellTable) is { } table
                        ? SeccompCompiler.CompileCell(source, table, machine)
                        : SeccompCompiler.Compile(source, machine, Console.Out));
                return 0;
            }
            catch (SeccompPolicyException wrong)
            {
                throw new CommandFailure(wrong.Message);
            }
        });
        return command;
    }

    private static void Print(Image image)
    {
        var manifest = image.Manifest;
        Console.WriteLine($"{image.Directory}");
        Console.WriteLine($"Python from: {manifest.Provider.Name} ({manifest.Provider.Why})");
        Console.WriteLine($"{manifest.Architecture}, built {manifest.BuiltAt:yyyy-MM-dd}, {manifest.Content.Bytes >> 20} MiB in {manifest.Content.Entries} entries, {manifest.Packages.Count} packages");
        var table = new Table().NoBorder().AddColumns("language", "version", "libraries");
        foreach (var language in manifest.Languages)
        {
            table.AddRow(
                language.Language.EscapeMarkup(),
                language.Version.EscapeMarkup(),
                string.Join(", ", language.Libraries.Select(library => $"{library.Name} {library.Version}")).EscapeMarkup());
        }

        AnsiConsole.Write(table);
    }

    /// <summary>Progress as lines, at once and in order.</summary>
    private sealed class Lines : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine($"  {value}");
    }
}
