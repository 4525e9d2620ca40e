using System.Globalization;
using System.Text;
using Mayfly.Protocol.Messages;
using Microsoft.Win32.SafeHandles;
using File = System.IO.File;

namespace Mayfly.HostTests.Agents;

/// <summary>A zygote and the jailer never hold submitted code or what it printed: all their memory is searched for it.</summary>
public sealed class ZygoteMemoryTests(SharedWarmCell shared) : IClassFixture<SharedWarmCell>
{
    private CellUnderTest Cell => shared.Cell;

    [Theory]
    [InlineData(Language.Python, "import time\ncanary = '{0}'\nprint(canary, flush=True)\ntime.sleep(30)")]
    [InlineData(Language.Javascript, "const canary = '{0}'; console.log(canary); setTimeout(() => {{}}, 30000)")]
    public void Memory_of_zygotes_and_jailer_holds_no_code_and_no_output(Language language, string program)
    {
        var canary = $"canary-{Guid.NewGuid():N}";
        var id = Cell.Start(language, string.Format(CultureInfo.InvariantCulture, program, canary));
        Cell.WaitFor(message => message.Output?.Id == id);
        int[] suspects = [.. Cell.Zygotes(Language.Python), .. Cell.Zygotes(Language.Javascript), Cell.JailerPid];
        Assert.True(suspects.Length >= 3, $"{suspects.Length} processes found");

        // The search finds what is there: the program itself holds it.
        Assert.Contains(Cell.ChildPids(), pid => Holds(pid, canary));
        Assert.All(suspects, pid => Assert.False(Holds(pid, canary), $"{File.ReadAllText($"/proc/{pid}/comm").Trim()} {pid} holds it while it runs"));

        Cell.Send(new ToAgent { Cancel = new Cancel { Id = id } });
        Assert.Equal(language.ToString().ToLowerInvariant(), Cell.Finish(id).Finished.Tier);
        Assert.All(suspects, pid => Assert.False(Holds(pid, canary), $"{File.ReadAllText($"/proc/{pid}/comm").Trim()} {pid} holds it afterwards"));
    }

    private static bool Holds(int pid, string text)
    {
        byte[][] forms = [Encoding.UTF8.GetBytes(text), Encoding.Unicode.GetBytes(text)];
        var longest = forms.Max(form => form.Length);
        var buffer = new byte[longest + (1 << 20)];
        using var memory = Open(pid);
        if (memory is null) return false;
        foreach (var (begin, end) in Mappings(pid))
        {
            // Each piece overlaps the one before, so that nothing hides between two.
            for (var at = begin; at < end; at += buffer.Length - longest)
            {
                var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at));
                int count;
                try
                {
                    count = RandomAccess.Read(memory, piece, at);
                }
                catch (IOException)
                {
                    break; // [vvar], or one that was unmapped meanwhile
                }

                foreach (var form in forms)
                {
                    if (piece[..count].IndexOf(form) >= 0) return true;
                }
            }
        }

        return false;
    }

    // Null: a child that was replaced meanwhile has no memory.
    private static SafeFileHandle? Open(int pid)
    {
        try
        {
            return File.OpenHandle($"/proc/{pid}/mem");
        }
        catch (Exception gone) when (gone is DirectoryNotFoundException or FileNotFoundException)
        {
            return null;
        }
    }

    // "begin-end rw-p …": what can be read, and is no file's unchanged contents.
    private static IEnumerable<(long Begin, long End)> Mappings(int pid) =>
        from line in Lines($"/proc/{pid}/maps")
        let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where fields[1].StartsWith("rw", StringComparison.Ordinal)
        let range = fields[0].Split('-')
        let begin = ulong.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        where begin < long.MaxValue
        select ((long)begin, long.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
