namespace Mayfly.Bench;

/// <summary>One program, and what it must print: an answer that is wrong is not fast.</summary>
internal sealed record Workload(string Name, string Language, string Code, string Expected, int Rounds)
{
    public static readonly Workload[] All =
    [
        new("python print(1)", "python", "print(1)", "1\n", 40),
        new("python pandas", "python", "import pandas as pd; print(pd.DataFrame({'a': [1, 2, 3]})['a'].sum())", "6\n", 15),
        new("node console.log(1)", "javascript", "console.log(1)", "1\n", 30),
        new("node mathjs", "javascript", "console.log(require('mathjs').evaluate('2 + 3 * 4'))", "14\n", 15),
    ];
}
