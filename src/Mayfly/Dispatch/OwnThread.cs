namespace Mayfly.Dispatch;

/// <summary>Runs what waits in the kernel on a thread of its own, so that it keeps none of the thread pool's.</summary>
internal static class OwnThread
{
    // Deep enough for the messages of the protocol, whose parser bounds its own depth.
    private const int StackBytes = 256 * 1024;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">Shown by tools; Linux keeps 15 characters of it.</param>
    /// <param name="work">What it does; it ends with it.</param>
    /// <returns>What came of it, or its exception. Who awaits goes on in the thread pool.</returns>
    public static Task<T> RunAsync<T>(string name, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(Run, StackBytes) { IsBackground = true, Name = name };
        thread.UnsafeStart();
        return done.Task;

        void Run()
        {
            try
            {
                done.SetResult(work());
            }
#pragma warning disable CA1031 // Handed on to who awaits.
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        }
    }
}
