namespace Mayfly.Bench.Contenders;

/// <summary>One program, and what it must print: an answer that is wrong is not fast.</summary>
/// <param name="Name">As tables show it.</param>
/// <param name="Language">The API's word.</param>
/// <param name="Code">The program.</param>
/// <param name="Expected">Its output.</param>
internal sealed record Workload(string Name, string Language, string Code, string Expected)
{
    public static readonly Workload Print = new("python print(1)", "python", "print(1)", "1\n");

    public static readonly Workload Pandas = new("python pandas", "python", "import pandas as pd; print(pd.DataFrame({'a': [1, 2, 3]})['a'].sum())", "6\n");

    public static readonly Workload Console = new("node console.log(1)", "javascript", "console.log(1)", "1\n");

    public static readonly Workload Mathjs = new("node mathjs", "javascript", "console.log(require('mathjs').evaluate('2 + 3 * 4'))", "14\n");

    public static readonly Workload[] All = [Print, Pandas, Console, Mathjs];

    /// <summary>The image's interpreter with the program as its argument.</summary>
    public string[] CommandLine => Language == "python" ? ["/usr/bin/python3", "-c", Code] : ["/usr/bin/node", "-e", Code];
}
