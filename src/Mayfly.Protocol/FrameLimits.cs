namespace Mayfly.Protocol;

/// <summary>The bounds of everything that crosses a boundary between two of Mayfly's processes.</summary>
/// <remarks>
/// Both sides check: the writer, because a frame over the bound is a bug of ours; the reader, because the other side may be
/// an attacker. They are constants and no settings: a cell and a gateway that disagree about them cannot talk.
/// </remarks>
public static class FrameLimits
{
    /// <summary>Version of the cell protocol; Configure and Hello carry it, and neither side accepts another's.</summary>
    public const uint ProtocolVersion = 2;

    /// <summary>The prefix of each frame: the message's length, little-endian, without the prefix itself.</summary>
    public const int LengthBytes = 4;

    /// <summary>Data of one Output message: the most that a pipe of the default size (64 KiB) gives in one read.</summary>
    public const int MaxOutputChunkBytes = 64 * 1024;

    /// <summary>A message from the agent: one full Output and its other fields; a Hello with its lists must fit, too.</summary>
    public const int MaxFromAgentBytes = MaxOutputChunkBytes + (4 * 1024);

    /// <summary>A message to the agent: all that one HTTP body (1 MiB) can ask for, in one Execute, and its other fields.</summary>
    public const int MaxToAgentBytes = (1024 + 64) * 1024;

    /// <summary>A packet between gateway and mayfly-cells: a dozen numbers, or one reason in words.</summary>
    public const int MaxControlBytes = 4 * 1024;

    /// <summary>Signs of a boot that goes on: each case of the self-test begins and ends, cold and warm, and each tier's zygote comes up.</summary>
    public const uint MaxBootSteps = 512;

    /// <summary>Executions side by side in one cell: uids, and with them the image's passwd entries, are made for so many.</summary>
    public const int MaxSlots = 64;

    /// <summary>Tiers of one cell: each is an interpreter in memory.</summary>
    public const int MaxTiers = 16;

    /// <summary>Modules that one tier imports ahead.</summary>
    public const int MaxTierModules = 64;

    /// <summary>Spares of one tier that are kept whatever the demand.</summary>
    public const int MaxTierSpares = 16;

    /// <summary>Cells of one instance at the same time, starting and dying ones included: so many blocks of uids it has.</summary>
    public const int MaxCells = 64;

    /// <summary>The most that waits for a cell are stretched by, where it is emulated.</summary>
    public const int MaxPatience = 20;
}
