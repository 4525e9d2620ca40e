using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Mayfly.Attacks;
using Mayfly.HostTests.Agents;
using Mayfly.Protocol.Messages;
using File = System.IO.File;

namespace Mayfly.HostTests.Native;

/// <summary>A static program of an attacker's own, carried in as bytes: what the kernel answers to each of its calls is that of a reviewed file.</summary>
/// <remarks>
/// tests/attacks/native. Native code is not refused, only powerless: the ways in are the ways that any program has.
/// MAYFLY_WRITE_GOLDEN=1 writes the file anew, in the repository.
/// </remarks>
public abstract class NativeAttackTests(SharedCell shared, Attacker attacker)
{
    // Where a machine has no way in by int 0x80 (some hypervisors), the processor is before the filter.
    private const string Int80 = "int 0x80: signal ";

    private CellUnderTest Cell => shared.Cell;

    [Theory]
    [InlineData(Language.Python, """
        import ctypes, os
        with open("/tmp/attacker", "wb") as file: file.write(image)
        os.chmod("/tmp/attacker", 0o700)
        ctypes.CDLL(None).execv(b"/tmp/attacker", (ctypes.c_char_p * 2)(b"attacker", None))
        """)]
    [InlineData(Language.Python, """
        import os
        file = os.memfd_create("attacker")
        os.write(file, image)
        os.execve(file, ["attacker"], {})
        """)]
    [InlineData(Language.Javascript, """
        require('fs').writeFileSync('/tmp/attacker', image, { mode: 0o700 });
        require('child_process').spawnSync('/tmp/attacker', { stdio: 'inherit' });
        """)]
    public async Task Native_code_that_is_carried_in_gets_the_answers_of_the_golden_file_and_leaves_nothing(Language language, string way)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the program is of x86-64");
        var stop = TestContext.Current.CancellationToken;
        var carried = Carried(language, await attacker.ImageAsync(), way);

        var ran = Cell.Run(new Execute { Language = language, Code = Google.Protobuf.ByteString.CopyFromUtf8(carried) });

        Assert.True((ran.Finished.Termination, ran.Finished.ExitCode, ran.Stderr) == (Termination.Exit, 0, ""), $"{ran}");
        string[] said = [.. ran.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line == $"{Int80}11" ? $"{Int80}31" : line)];
        if (Environment.GetEnvironmentVariable("MAYFLY_WRITE_GOLDEN") is { Length: > 0 }) await File.WriteAllLinesAsync(Attacker.Expected, said, stop);
        Assert.Equal(await File.ReadAllLinesAsync(Attacker.Expected, stop), said);

        // Nothing of it is left for the next one, and nobody was harmed.
        Assert.Equal("['main.py'] [] []\n", Cell.Python("import os\nprint(os.listdir('/sandbox'), os.listdir('/tmp'), os.listdir('/dev/shm'))").Stdout);
        Assert.True(File.Exists($"/proc/{Cell.AgentPid}/stat"), "the agent is gone");
        Assert.DoesNotContain(Cell.Processes(), process => process.Name.StartsWith("attacker", StringComparison.Ordinal));
    }

    /// <summary>The golden list is that of the attack census.py, which tries the same from Python.</summary>
    [Theory]
    [InlineData(Language.Python, """
        import subprocess
        with open("/tmp/attacker", "wb") as file: file.write(image)
        subprocess.run(["chmod", "700", "/tmp/attacker"])
        subprocess.run(["/tmp/attacker", "census"])
        """)]
    [InlineData(Language.Javascript, """
        require('fs').writeFileSync('/tmp/attacker', image, { mode: 0o700 });
        require('child_process').spawnSync('/tmp/attacker', ['census'], { stdio: 'inherit' });
        """)]
    public async Task Census_of_system_calls_is_the_same_from_every_language(Language language, string way)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the program is of x86-64");
        var carried = Carried(language, await attacker.ImageAsync(), way);

        // Six hundred processes, some of which never end: on a machine that is out of breath the time limit may come first.
        var (ran, more) = (default(Ran)!, 3);
        do ran = Cell.Run(new Execute { Language = language, Code = Google.Protobuf.ByteString.CopyFromUtf8(carried) });
        while (ran.Finished.Termination == Termination.Timeout && --more > 0);

        Assert.True((ran.Finished.Termination, ran.Finished.ExitCode, ran.Stderr) == (Termination.Exit, 0, ""), $"{ran}");
        var golden = AttackSuite.Read().Cases.Single(of => of.Program == "census.py").Expect[0].StdoutLike!;
        Assert.Matches($"\\A(?:{golden})\\z", ran.Stdout);
    }

    private static string Carried(Language language, string image, string way) => language == Language.Python
        ? $"import base64, zlib\nimage = zlib.decompress(base64.b64decode('{image}'))\n{way}"
        : $"const image = require('zlib').inflateSync(Buffer.from('{image}', 'base64'));\n{way}";
}

/// <summary>From a fresh interpreter.</summary>
public sealed class ColdNativeAttackTests(SharedCell shared, Attacker attacker) : NativeAttackTests(shared, attacker), IClassFixture<SharedCell>, IClassFixture<Attacker>;

/// <summary>From a child of a zygote.</summary>
public sealed class WarmNativeAttackTests(SharedWarmCell shared, Attacker attacker) : NativeAttackTests(shared, attacker), IClassFixture<SharedWarmCell>, IClassFixture<Attacker>;

/// <summary>tests/attacks/native/attacker.c, compiled once.</summary>
public sealed class Attacker
{
    private static readonly string s_directory = Path.Combine(Host.Repository, "tests/attacks/native");

    private string? _image;

    /// <summary>What it must say.</summary>
    public static string Expected { get; } = Path.Combine(s_directory, "expected.txt");

    /// <summary>The program, compressed and in base64.</summary>
    public async Task<string> ImageAsync()
    {
        if (_image is not null) return _image;
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "no C compiler: apt-get install gcc libc6-dev");
        var output = Directory.CreateTempSubdirectory("mayfly-attacker-");
        try
        {
            var program = Path.Combine(output.FullName, "attacker");
            using var gcc = Process.Start(new ProcessStartInfo("/usr/bin/gcc",
            [
                "-static", "-nostdlib", "-ffreestanding", "-fno-stack-protector", "-no-pie", "-fno-pie", "-fcf-protection=none",
                "-Os", "-s", "-Wall", "-Wextra", "-Werror", "-o", program, Path.Combine(s_directory, "attacker.c"),
            ])
            { RedirectStandardError = true })!;
            var messages = await gcc.StandardError.ReadToEndAsync();
            await gcc.WaitForExitAsync();
            Assert.True(gcc.ExitCode == 0, messages);

            using var compressed = new MemoryStream();
            await using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true)) await zlib.WriteAsync(await File.ReadAllBytesAsync(program));
            return _image = Convert.ToBase64String(compressed.ToArray());
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }
}
