using System.Globalization;
using Mayfly.Protocol;

namespace Mayfly.Cells.Launching.Runc;

/// <summary>Blocks of 65 536 uids: each running cell has one of its own, for root and the jails' users in it.</summary>
/// <remarks>
/// systemd's plan of uids leaves 0x70000000 to 0x7FFDFFFF to nobody. An instance takes 64 neighbouring blocks by its name, so that two
/// instances on one machine share a uid by bad luck only (one in 63), and a wall between their cells is thinner then, not gone.
/// </remarks>
internal sealed class UidBlocks(string instance)
{
    public const uint BlockSize = 65536;

    /// <summary>Cells at the same time, dying ones included.</summary>
    public const int MaxBlocks = FrameLimits.MaxCells;

    private const uint FirstUid = 0x70000000, Instances = 63;

    private readonly uint _first = FirstUid + (uint.Parse(instance[..8], NumberStyles.HexNumber, CultureInfo.InvariantCulture) % Instances * MaxBlocks * BlockSize);
    private readonly bool[] _taken = new bool[MaxBlocks];

    /// <summary>Takes a free block.</summary>
    /// <returns>Its first uid: the cell's root.</returns>
    public uint Take()
    {
        var index = Array.IndexOf(_taken, false);
        if (index < 0)
        {
            throw new LaunchException($"uids: all {MaxBlocks} blocks of this instance are in use. Ask for fewer cells.");
        }

        _taken[index] = true;
        return _first + ((uint)index * BlockSize);
    }

    public void Return(uint first) => _taken[(first - _first) / BlockSize] = false;
}
