using System.Diagnostics.CodeAnalysis;

namespace Mayfly.Dispatch;

/// <summary>A bounded queue in which turns take turns: one number's burst delays itself and nobody else.</summary>
/// <remarks>
/// Within a turn the order is first in, first out; among turns it is round robin. When the queue is full, a turn
/// that has fewer waiting than another takes the place of that one's newest, so that a burst cannot keep others out
/// by filling the queue either. Not thread-safe: the owner holds its lock. How long anything waits is the owner's
/// business, too: it takes out what got too old with <see cref="Remove"/>.
/// </remarks>
/// <param name="capacity">The most that may wait; 0: nothing ever waits.</param>
internal sealed class FairQueue<T>(int capacity)
    where T : class
{
    private readonly Dictionary<long, Turn> _turns = [];
    private readonly LinkedList<Turn> _order = new();

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>The turns that something waits for, in their order.</summary>
    public IEnumerable<long> Turns => _order.Select(turn => turn.Number);

    /// <summary>How many wait under this number.</summary>
    public int CountOf(long turn) => _turns.TryGetValue(turn, out var own) ? own.Items.Count : 0;

    /// <summary>Whether an item of this turn would find a place: a free one, or that of a longer turn.</summary>
    public bool HasPlaceFor(long turn) => Count < capacity || LongerThan(turn) is not null;

    /// <summary>Puts an item at the end of its turn; null if there is no place for it.</summary>
    /// <param name="turn">Whose turn it waits for.</param>
    /// <param name="item">What waits.</param>
    /// <param name="displaced">What lost its place to it, if the queue was full and another turn held more of it.</param>
    public Place? TryAdd(long turn, T item, out T? displaced)
    {
        displaced = null;
        if (Count >= capacity && !TryDisplace(turn, out displaced)) return null;

        if (!_turns.TryGetValue(turn, out var own))
        {
            own = new Turn(turn);
            _turns.Add(turn, own);
            _order.AddLast(own.Node);
        }

        Count++;
        return new Place(own, own.Items.AddLast(item));
    }

    /// <summary>Takes the item whose turn it is.</summary>
    public bool TryTake([NotNullWhen(true)] out T? item)
    {
        item = _order.First is { } first ? TakeFirst(first) : null;
        return item is not null;
    }

    /// <summary>Takes the first item of one turn, whoever's turn it is; the turn is then the last.</summary>
    public bool TryTake(long turn, [NotNullWhen(true)] out T? item)
    {
        item = _turns.TryGetValue(turn, out var own) ? TakeFirst(own.Node) : null;
        return item is not null;
    }

    /// <summary>Takes an item out before its turn; false if it is not in the queue any more.</summary>
    public bool Remove(Place place)
    {
        if (place.Node.List is null) return false;
        RemoveFrom(place.Turn, place.Node);
        return true;
    }

    private T TakeFirst(LinkedListNode<Turn> turn)
    {
        var item = turn.Value.Items.First!.Value;
        RemoveFrom(turn.Value, turn.Value.Items.First);
        if (turn.List is null) return item;
        _order.Remove(turn);
        _order.AddLast(turn);
        return item;
    }

    private bool TryDisplace(long newcomer, out T? displaced)
    {
        displaced = null;
        if (LongerThan(newcomer) is not { } longest) return false;
        displaced = longest.Items.Last!.Value;
        RemoveFrom(longest, longest.Items.Last);
        return true;
    }

    // The longest turn, if it has so many that the newcomer would have fewer with one more. Only a full queue is searched, and it has at most `capacity` turns.
    private Turn? LongerThan(long newcomer) => _order.MaxBy(other => other.Items.Count) is { } longest && longest.Items.Count > CountOf(newcomer) + 1 ? longest : null;

    private void RemoveFrom(Turn turn, LinkedListNode<T> node)
    {
        turn.Items.Remove(node);
        Count--;
        if (turn.Items.Count > 0) return;

        _order.Remove(turn.Node);
        _turns.Remove(turn.Number);
    }

    /// <summary>Where an item waits.</summary>
    internal readonly record struct Place(Turn Turn, LinkedListNode<T> Node);

    /// <summary>All that waits under one number.</summary>
    internal sealed class Turn
    {
        internal Turn(long number) => (Number, Node) = (number, new LinkedListNode<Turn>(this));

        internal long Number { get; }

        internal LinkedListNode<Turn> Node { get; }

        internal LinkedList<T> Items { get; } = new();
    }
}
