using Google.Protobuf.Collections;
using Mayfly.Protocol;
using Messages = Mayfly.Protocol.Messages;

namespace Mayfly.Dispatch;

/// <summary>Reads a cell's Hello, and decides whether the cell may take work.</summary>
/// <remarks>
/// A cell that has been taken over can say whatever it likes here, so this is no proof. It keeps an honest cell from working with
/// a layer missing (fail closed, with the reason), and a dishonest one from filling memory, logs and pages.
/// </remarks>
internal static class HelloCheck
{
    // A jail has about 30 layers, a self-test a dozen cases, an image two languages with a few tiers each.
    private const int MaxListed = 128;

    /// <summary>The Hello, bounded and cleaned.</summary>
    /// <exception cref="ProtocolViolationException">It does not answer the Configure that was sent.</exception>
    internal static CellDescription Read(Messages.Hello hello, int slots)
    {
        if (hello.ProtocolVersion != FrameLimits.ProtocolVersion)
        {
            throw new ProtocolViolationException($"hello: the agent speaks protocol version {hello.ProtocolVersion}, the gateway "
                + $"{FrameLimits.ProtocolVersion}. Agent and gateway must come from the same build.");
        }

        if (hello.Slots != slots) throw new ProtocolViolationException($"hello: {hello.Slots} slots, but {slots} were configured");

        return new(
            CellText.Clean(hello.AgentVersion, CellText.NameCharacters),
            CellText.Clean(hello.LauncherNote, CellText.ReasonCharacters),
            Listed(hello.Runtimes, "runtimes", runtime => new CellRuntime(LanguageOf(runtime.Language), CellText.Clean(runtime.Version, CellText.NameCharacters))),
            Listed(hello.Tiers, "tiers", tier => CellText.Clean(tier, CellText.NameCharacters)),
            Listed(hello.Posture, "layers", layer => new CellLayer(
                CellText.Clean(layer.Name, CellText.NameCharacters), layer.InForce, CellText.Clean(layer.Detail, CellText.ReasonCharacters))),
            Listed(hello.SelfTest, "checks", check => new CellCheck(
                CellText.Clean(check.Name, CellText.NameCharacters), check.Passed, CellText.Clean(check.Detail, CellText.ReasonCharacters))));
    }

    /// <summary>Why the cell may not take work; null if it may.</summary>
    internal static string? FirstWeakness(CellDescription cell, IReadOnlyList<string> waivedLayers)
    {
        foreach (var language in Enum.GetValues<Language>())
        {
            if (!cell.Runtimes.Any(runtime => runtime.Language == language)) return $"it has no interpreter for {language}";
        }

        if (cell.Posture.FirstOrDefault(layer => !layer.InForce && !waivedLayers.Contains(layer.Name)) is { } missing)
        {
            return $"layer {missing.Name} is not in force: {missing.Detail}. \"mayfly doctor\" lists the layers and their cures.";
        }

        if (cell.SelfTest.FirstOrDefault(check => !check.Passed) is { } failed)
        {
            return $"its self-test failed at {failed.Name}: {failed.Detail}";
        }

        return cell.Posture.Count == 0 || cell.SelfTest.Count == 0 ? "it names no layer, or no self-test" : null;
    }

    private static List<TOut> Listed<TIn, TOut>(RepeatedField<TIn> items, string what, Func<TIn, TOut> read)
    {
        if (items.Count > MaxListed) throw new ProtocolViolationException($"hello: {items.Count} {what}; at most {MaxListed} are read");
        return [.. items.Select(read)];
    }

    private static Language LanguageOf(Messages.Language language) => language switch
    {
        Messages.Language.Python => Language.Python,
        Messages.Language.Javascript => Language.JavaScript,
        _ => throw new ProtocolViolationException($"hello: {(int)language} is no language"),
    };
}
