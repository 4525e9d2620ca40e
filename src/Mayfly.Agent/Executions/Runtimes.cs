using Mayfly.Protocol.Messages;

namespace Mayfly.Agent.Executions;

/// <summary>How a language's programs are started in the image.</summary>
/// <param name="Command">argv: the interpreter's absolute path, then the program's file, relative to the working directory /sandbox.</param>
/// <param name="MainFile">Where the submitted code is written, relative to /sandbox.</param>
internal sealed record Interpreter(IReadOnlyList<string> Command, string MainFile);

/// <summary>The interpreters, and the environment that every program starts with.</summary>
internal static class Runtimes
{
    /// <summary>Small, and the same for every program. One thread for each numeric library: half a core has no use for more.</summary>
    public static readonly IReadOnlyDictionary<string, string> Environment = new Dictionary<string, string>
    {
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
        ["HOME"] = "/sandbox",
        ["LANG"] = "C.UTF-8",
        ["LC_ALL"] = "C.UTF-8",
        ["TZ"] = "UTC",
        ["TMPDIR"] = "/tmp",
        ["PYTHONDONTWRITEBYTECODE"] = "1",
        ["OPENBLAS_NUM_THREADS"] = "1",
        ["OMP_NUM_THREADS"] = "1",
        ["MKL_NUM_THREADS"] = "1",
        ["NUMEXPR_NUM_THREADS"] = "1",
    };

    // What interpreters, C library and dynamic linker read once, at their start; and the fixed ones, which are in the warm interpreters already.
    private static readonly string[] s_readAtStart =
        ["PYTHON", "NODE", "V8", "UV_", "LD_", "GLIBC_", "MALLOC_", "LC_", "LANG", "TZ", "OPENBLAS", "OMP_", "MKL_", "NUMEXPR", "OPENSSL", "SSL_", "ICU_"];

    private static readonly Interpreter s_python = new(["/usr/bin/python3", "main.py"], "main.py");
    private static readonly Interpreter s_javaScript = new(["/usr/bin/node", "main.js"], "main.js");

    /// <summary>Whether a variable would come too late for an interpreter that runs already.</summary>
    public static bool IsReadAtStart(string name) =>
        Environment.ContainsKey(name) || s_readAtStart.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    /// <exception cref="ArgumentException">There is none.</exception>
    public static Interpreter Of(Language language) => language switch
    {
        Language.Python => s_python,
        Language.Javascript => s_javaScript,
        _ => throw new ArgumentException($"language {(int)language} is not known"),
    };
}
