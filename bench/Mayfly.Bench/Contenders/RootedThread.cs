using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Mayfly.Bench.Machine;

namespace Mayfly.Bench.Contenders;

/// <summary>A thread with a root directory of its own, from which bare interpreters are started.</summary>
/// <remarks>
/// The yardstick is the interpreter of the image, which finds its libraries only under the image's root. The program
/// chroot would be one more program to start: a millisecond that a bare interpreter does not take. A thread that stopped sharing its root
/// directory with the others can change it alone, and what it starts begins there.
/// </remarks>
internal sealed class RootedThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public RootedThread(string root)
    {
        _thread = new Thread(Serve) { IsBackground = true, Name = "rooted" };
        _thread.Start();
        Run(() =>
        {
            // The runtime loads what it needs when it needs it, and would not find it afterwards.
            _ = Spawn.Run(["/bin/true"], []);
            LibC.Check(LibC.Unshare(LibC.UnshareFileSystem), "unshare");
            LibC.Check(LibC.ChangeRoot(root), $"chroot {root}");
            return 0;
        });
    }

    /// <summary>Runs it there and waits.</summary>
    public T Run<T>(Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        using var done = new ManualResetEventSlim();
        _work.Add(() =>
        {
            try
            {
                result = work();
            }
            catch (InvalidOperationException wrong)
            {
                failure = ExceptionDispatchInfo.Capture(wrong);
            }

            done.Set();
        });
        done.Wait();
        failure?.Throw();
        return result;
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Serve()
    {
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }
}
