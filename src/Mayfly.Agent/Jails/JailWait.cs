namespace Mayfly.Agent.Jails;

/// <summary>Somebody's wait for a jail.</summary>
internal sealed class JailWait(Action<Jail> onJail)
{
    private Action<Jail>? _onJail = onJail;

    /// <summary>Whether it still waits.</summary>
    public bool IsOpen => _onJail is not null;

    /// <summary>Waits no more.</summary>
    public void Cancel() => _onJail = null;

    /// <summary>The jail is there: the waiter's from here on.</summary>
    public void Grant(Jail jail)
    {
        var granted = _onJail!;
        _onJail = null;
        granted(jail);
    }
}
