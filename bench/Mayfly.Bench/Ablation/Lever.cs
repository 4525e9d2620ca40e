using System.Text.Json;

namespace Mayfly.Bench.Ablation;

/// <summary>Something that makes executions cheaper and can be switched off: <c>serve --lever-off NAME</c>.</summary>
/// <param name="Name">As the option takes it.</param>
/// <param name="What">What it does, in a line.</param>
internal sealed record Lever(string Name, string What)
{
    private static readonly JsonSerializerOptions Names = new(JsonSerializerDefaults.Web);

    /// <summary>Those of bench/levers.json.</summary>
    public static Lever[] All() =>
        JsonSerializer.Deserialize<Lever[]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "levers.json")), Names)!;
}
