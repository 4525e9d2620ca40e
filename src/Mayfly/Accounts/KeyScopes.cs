namespace Mayfly.Accounts;

/// <summary>What a key opens.</summary>
[Flags]
internal enum KeyScopes
{
    None = 0,

    /// <summary>Running programs.</summary>
    Execute = 1,

    /// <summary>Seeing what its account was charged.</summary>
    Usage = 2,

    /// <summary>Everything under /v1/admin: other accounts and keys, too.</summary>
    Admin = 4,
}

/// <summary>Scopes as words, in the order of their numbers: <c>execute usage</c>.</summary>
internal static class ScopeNames
{
    public const KeyScopes Default = KeyScopes.Execute | KeyScopes.Usage;

    public const KeyScopes All = Default | KeyScopes.Admin;

    private static readonly (KeyScopes Scope, string Name)[] Names = [(KeyScopes.Execute, "execute"), (KeyScopes.Usage, "usage"), (KeyScopes.Admin, "admin")];

    public static string[] Of(KeyScopes scopes) => [.. Names.Where(pair => scopes.HasFlag(pair.Scope)).Select(pair => pair.Name)];

    /// <summary>The scopes that the words name; a word that is none opens nothing.</summary>
    public static KeyScopes Read(string words) =>
        words.Split(' ').Aggregate(KeyScopes.None, (scopes, word) => scopes | Array.Find(Names, pair => pair.Name == word).Scope);

    /// <summary>The same of words that somebody typed.</summary>
    /// <exception cref="ArgumentException">One of them is no scope, or there is none.</exception>
    public static KeyScopes Parse(IEnumerable<string> words)
    {
        var scopes = KeyScopes.None;
        foreach (var word in words)
        {
            var known = Array.Find(Names, pair => pair.Name == word).Scope;
            if (known == KeyScopes.None) throw new ArgumentException($"\"{word}\" is no scope; there are execute, usage and admin.");
            scopes |= known;
        }

        return scopes == KeyScopes.None ? throw new ArgumentException("A key needs a scope: execute, usage or admin.") : scopes;
    }
}
