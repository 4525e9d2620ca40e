using System.Text.RegularExpressions;

namespace Mayfly.ContractTests;

/// <summary>One program and everything that must come back. What is not said must be empty: output, errors, termination.</summary>
public sealed record ProgramCase(string Language, string Code)
{
    private int _exitCode;
    private string? _termination;
    private string? _stdout = "";
    private string? _stderr = "";
    private string[] _stderrParts = [];
    private string? _stdoutPattern;

    public static ProgramCase Python(string code) => new("python", code);

    public static ProgramCase JavaScript(string code) => new("javascript", code);

    public ProgramCase Exits(int code) => this with { _exitCode = code };

    /// <summary>Killed by a signal, not by us: 128 + its number.</summary>
    public ProgramCase DiesBySignal(int number) => this with { _exitCode = 128 + number, _termination = "signal", _stderr = null };

    /// <summary>The whole of stdout.</summary>
    public ProgramCase Prints(string stdout) => this with { _stdout = stdout };

    /// <summary>stdout as a regular expression, matched from its beginning to its end.</summary>
    public ProgramCase PrintsLike(string pattern) => this with { _stdout = null, _stdoutPattern = pattern };

    /// <summary>The whole of stderr.</summary>
    public ProgramCase Complains(string stderr) => this with { _stderr = stderr };

    /// <summary>Parts of stderr, the rest being the interpreter's own words.</summary>
    public ProgramCase ComplainsWith(params string[] parts) => this with { _stderr = null, _stderrParts = parts };

    public async Task RunAsync(Service service)
    {
        var execution = await service.ExecuteAsync(Code, Language);

        execution.AssertExit(_exitCode, _termination);
        if (_stdout is not null) execution.AssertStdout(_stdout);
        if (_stdoutPattern is not null) Assert.True(Regex.IsMatch(execution.Stdout, $"\\A(?:{_stdoutPattern})\\z"), $"expected stdout like {_stdoutPattern}; got {execution}");
        if (_stderr is not null) execution.AssertStderr(_stderr);
        foreach (var part in _stderrParts) Assert.True(execution.Stderr.Contains(part, StringComparison.Ordinal), $"expected \"{part}\" on stderr; got {execution}");
        Assert.Empty(execution.Truncated);
    }
}
