using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mayfly.Images;

/// <summary>What stands in a root file system, entry by entry, with the rules that every image keeps and the digests that name its content.</summary>
internal sealed class ImageTree
{
    private const string Format = @"%P\0%y\0%m\0%U\0%G\0%s\0%T@\0%l\0";
    private const int Fields = 8;

    private readonly string _root;
    private readonly IReadOnlyList<Entry> _entries;

    private ImageTree(string root, IReadOnlyList<Entry> entries)
    {
        _root = root;
        _entries = entries;
    }

    public int Count => _entries.Count;

    public long Bytes => _entries.Where(entry => entry.Type == 'f').Sum(entry => entry.Length);

    /// <summary>Lists <paramref name="root"/>. No link is followed.</summary>
    public static async Task<ImageTree> ReadAsync(string root, CancellationToken cancel)
    {
        var listing = await new ExternalProgram("find", root, "-xdev", "-printf", Format).RunAsync(cancel);
        var fields = listing.Split('\0');
        var entries = new List<Entry>(fields.Length / Fields);
        for (var at = 0; at + Fields < fields.Length; at += Fields)
        {
            entries.Add(new Entry(
                Path: fields[at],
                Type: fields[at + 1][0],
                Mode: Convert.ToInt32(fields[at + 2], 8),
                Owner: fields[at + 3],
                Group: fields[at + 4],
                Length: long.Parse(fields[at + 5], CultureInfo.InvariantCulture),
                Time: fields[at + 6],
                Target: fields[at + 7]));
        }

        entries.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path));
        return new ImageTree(root, entries);
    }

    /// <summary>What breaks a rule of the image: one sentence for each entry that does.</summary>
    public IEnumerable<string> Violations() =>
        from entry in _entries
        let problem = entry.Problem()
        where problem is not null
        select $"/{entry.Path} {problem}";

    /// <summary>SHA-256 of the listing: cheap, finds what is missing, added, cut short or changed in its rights.</summary>
    public string ListingDigest()
    {
        var text = new StringBuilder();
        foreach (var entry in _entries)
        {
            text.Append(entry.Line).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>SHA-256 of the listing with the hash of each file: finds everything, reads everything.</summary>
    public async Task<string> ContentsDigestAsync(CancellationToken cancel)
    {
        var hashes = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(_entries.Where(entry => entry.Type == 'f'), cancel, async (entry, token) =>
        {
            await using var file = File.OpenRead(Path.Combine(_root, entry.Path));
            hashes[entry.Path] = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, token));
        });

        var text = new StringBuilder();
        foreach (var entry in _entries)
        {
            text.Append(entry.Line).Append('\t').Append(hashes.GetValueOrDefault(entry.Path, "-")).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    // Path is relative to the root and empty for the root itself; Type is find's letter: f, d, l, or what an image may not hold.
    private sealed record Entry(string Path, char Type, int Mode, string Owner, string Group, long Length, string Time, string Target)
    {
        private const int SpecialBits = 0b111_000_000_000;
        private const int OthersMayWrite = 0b000_010_010;
        private const int AllMayRead = 0b100_100_100;
        private const int AllMayEnter = 0b101_101_101;

        // The length of a folder depends on the file system that it is on.
        public string Line =>
            string.Create(CultureInfo.InvariantCulture, $"{Path}\t{Type}\t{Convert.ToString(Mode, 8)}\t{(Type == 'd' ? 0 : Length)}\t{Time}\t{Target}");

        public string? Problem() => this switch
        {
            { Type: not ('f' or 'd' or 'l') } => $"is neither a file nor a folder nor a link (find calls it {Type})",
            { Owner: not "0" } or { Group: not "0" } => $"belongs to {Owner}:{Group} instead of 0:0",
            { Type: 'l' } => null,
            _ when (Mode & SpecialBits) != 0 => $"has mode {Convert.ToString(Mode, 8)}: set-uid, set-gid or sticky",
            _ when (Mode & OthersMayWrite) != 0 => $"has mode {Convert.ToString(Mode, 8)}: others may write it",
            { Type: 'f' } when (Mode & AllMayRead) != AllMayRead => $"has mode {Convert.ToString(Mode, 8)}: not everybody may read it",
            { Type: 'd' } when (Mode & AllMayEnter) != AllMayEnter => $"has mode {Convert.ToString(Mode, 8)}: not everybody may enter it",
            _ => null,
        };
    }
}
