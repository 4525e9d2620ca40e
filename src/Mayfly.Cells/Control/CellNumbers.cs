namespace Mayfly.Cells.Control;

/// <summary>Sees to it that no cell number is used twice, in constant memory.</summary>
/// <remarks>
/// The gateway counts upwards, but several of its threads send: a number may arrive a little after a higher one. So a window behind
/// the highest number is remembered, and what lies behind the window counts as used.
/// </remarks>
internal sealed class CellNumbers
{
    /// <summary>How far a number may lag behind the highest: more than there can be cells at a time.</summary>
    public const int Window = 128;

    private UInt128 _seen; // bit n: the number n below the highest was used
    private uint _highest;

    /// <summary>Uses a number; false if it was used before, is too far behind, or is 0.</summary>
    public bool TryUse(uint number)
    {
        if (number > _highest)
        {
            var step = number - _highest;
            _seen = step < Window ? (_seen << (int)step) | UInt128.One : UInt128.One;
            _highest = number;
            return true;
        }

        var behind = _highest - number;
        if (number == 0 || behind >= Window || (_seen >> (int)behind & UInt128.One) == UInt128.One)
        {
            return false;
        }

        _seen |= UInt128.One << (int)behind;
        return true;
    }
}
