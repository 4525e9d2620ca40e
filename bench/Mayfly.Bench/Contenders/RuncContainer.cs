using System.Diagnostics;

namespace Mayfly.Bench.Contenders;

/// <summary>A container that stays, for programs to be run in by <c>runc exec</c>.</summary>
internal sealed class RuncContainer : IDisposable
{
    private readonly string _runc;
    private readonly string _state;
    private readonly string _name = Oci.Name();

    public RuncContainer(string runc, BenchRoot root)
    {
        (_runc, _state) = (runc, root.State("runc"));
        Call("run", "--detach", "--bundle", root.Bundle(["/usr/bin/sleep", "infinity"]), _name);
    }

    public string[] Exec(Workload workload) =>
        [_runc, "--root", _state, "exec", .. ContenderSet.Environment.SelectMany(variable => (string[])["--env", variable]), _name, .. workload.CommandLine];

    public void Dispose() => Call("delete", "--force", _name);

    private void Call(params string[] arguments)
    {
        // Nothing is redirected but to /dev/null: the container keeps what it is given, and a pipe would not end.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "sh", _runc, "--root", _state, .. arguments]))!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{_runc} {string.Join(' ', arguments)}: exit code {process.ExitCode}");
        }
    }
}
