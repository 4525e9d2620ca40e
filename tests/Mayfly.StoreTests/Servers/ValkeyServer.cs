namespace Mayfly.StoreTests.Servers;

/// <summary>A real Valkey, or the Redis that it was made from, on a Unix socket of its own.</summary>
internal sealed class ValkeyServer : IDisposable
{
    private readonly string _directory;
    private ServerProcess _process;

    private ValkeyServer(string directory, ServerProcess process) => (_directory, _process) = (directory, process);

    /// <summary>Why there can be none; null: there can.</summary>
    public static string? Missing => Program is null ? "neither Valkey nor Redis is installed: apt-get install valkey-server, or redis-server" : null;

    /// <summary>The setting with which gateways find it.</summary>
    public string Connection => $"!{_directory}/socket";

    private static string? Program => ServerProcess.Find("valkey-server") ?? ServerProcess.Find("redis-server");

    public static ValkeyServer Start()
    {
        var directory = ServerProcess.CreateDirectory("valkey");
        return new ValkeyServer(directory, Launch(directory));
    }

    public void Pause(bool pause) => _process.Signal(pause ? "STOP" : "CONT");

    /// <summary>Ends it; what it knew is forgotten.</summary>
    public void Kill() => _process.Dispose();

    /// <summary>Starts it again, at the same address.</summary>
    public void Launch() => _process = Launch(_directory);

    public void Dispose()
    {
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static ServerProcess Launch(string directory)
    {
        File.Delete($"{directory}/socket");
        var process = ServerProcess.Start(Program!, "--port", "0", "--unixsocket", $"{directory}/socket", "--dir", directory, "--save", "", "--daemonize", "no");
        while (!File.Exists($"{directory}/socket")) Thread.Sleep(10);
        return process;
    }
}
