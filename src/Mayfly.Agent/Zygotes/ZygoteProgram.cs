using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mayfly.Protocol.Messages;
using Tier = Mayfly.Agent.Tiers.Tier;

namespace Mayfly.Agent.Zygotes;

/// <summary>How a language's zygote is started.</summary>
/// <remarks>
/// Its children have its command line and its environment until they change them, so both are those of a program
/// (<see cref="Executions.Runtimes"/>): the driver is called main.py or main.js, too, and is told what to import by a packet.
/// </remarks>
/// <param name="Directory">Where its driver is, and what it is started in.</param>
/// <param name="Command">argv.</param>
/// <param name="Preloaded">Variables for the dynamic loader, first; gone when the interpreter looks.</param>
internal sealed record ZygoteProgram(string Directory, IReadOnlyList<string> Command, IReadOnlyList<KeyValuePair<string, string>> Preloaded)
{
    private const string NearHeap = "near-heap";

    private static readonly ZygoteProgram s_python = new("/mayfly/python", ["/usr/bin/python3", "main.py"], []);

    // The options, and why: cell/javascript/main.js.
    private static readonly ZygoteProgram s_javaScript = new(
        "/mayfly/javascript", ["/usr/bin/node", "--single-threaded", "--v8-pool-size=0", "--disable-sigusr1", "--no-memory-reducer", "main.js"],
        [new("LD_PRELOAD", "/mayfly/javascript/nearby.so")]);

    /// <summary>That of a language, without what belongs to a lever that is left alone.</summary>
    public static ZygoteProgram Of(Language language, IEnumerable<string> leversOff) => language == Language.Python ? s_python
        : leversOff.Contains(NearHeap) ? s_javaScript with { Preloaded = [] }
        : s_javaScript;

    /// <summary>The first packet: what to import, and which levers to leave alone.</summary>
    public static byte[] Configuration(Tier tier, IEnumerable<string> leversOff) => tier.Language == Language.Python
        ? Encoding.UTF8.GetBytes(string.Join('\n', [.. tier.Modules, .. leversOff.Select(lever => $"-{lever}")]) + "\n")
        : JsonSerializer.SerializeToUtf8Bytes(new ZygoteConfiguration(tier.Modules, [.. leversOff]), ZygoteJson.Default.ZygoteConfiguration);
}

/// <summary>What a driver is told.</summary>
internal sealed record ZygoteConfiguration(IReadOnlyList<string> Modules, IReadOnlyList<string> Off);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ZygoteConfiguration))]
internal sealed partial class ZygoteJson : JsonSerializerContext;
