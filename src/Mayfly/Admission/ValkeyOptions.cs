using System.ComponentModel.DataAnnotations;

namespace Mayfly.Admission;

/// <summary>Where gateways count together.</summary>
internal sealed class ValkeyOptions
{
    /// <summary>Address of a Valkey or Redis server, such as <c>valkey:6379,password=…</c>; gateways that name the same one share each key's rate and concurrency. Empty: each gateway counts alone.</summary>
    public string Connection { get; set; } = "";

    /// <summary>Begins the name of everything that is kept there, so that installations can share a server.</summary>
    public string Prefix { get; set; } = "mayfly";

    /// <summary>Milliseconds that an answer may take. At the limit: each gateway counts alone until the server answers again.</summary>
    [Range(10, 5_000)]
    public int TimeoutMs { get; set; } = 250;
}
