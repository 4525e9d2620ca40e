using System.Text;
using Mayfly.Cells.Kernel;
using Mayfly.Cells.Loop;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Cells.Launching.Runc;

/// <summary>What runc and then the agent write to standard error: the end of it explains why a cell did not live.</summary>
/// <remarks>The cell is hostile: only so much is read, only the last part is kept, and only plain characters of that.</remarks>
internal sealed class LastWords : IDisposable
{
    // A crash report of the runtime is 2 to 4 KiB; whoever writes 64 KiB is not explaining anything.
    private const int MaxRead = 64 * 1024, MaxKept = 1024;

    // Whoever still holds the pipe after its cell's end would have to be none of ours.
    private static readonly TimeSpan s_completion = TimeSpan.FromSeconds(1);

    private readonly EventLoop _loop;
    private readonly Task _read;
    private readonly StringBuilder _kept = new();
    private readonly SafeFileHandle _reader;

    public unsafe LastWords(EventLoop loop)
    {
        const int Cloexec = 0x80000;
        var pair = stackalloc int[2];
        if (LibC.Pipe(pair, Cloexec) != 0)
        {
            throw KernelException.Last("pipe2");
        }

        _reader = new SafeFileHandle(pair[0], ownsHandle: true);
        Writer = new SafeFileHandle(pair[1], ownsHandle: true);
        _loop = loop;
        _read = ReadAsync();
    }

    /// <summary>For runc as descriptor 2; to be closed here when runc has it.</summary>
    public SafeFileHandle Writer { get; }

    /// <summary>After the end of all who could write: waits until everything was read.</summary>
    public Task CompleteAsync() => _loop.WithinAsync(_read, s_completion);

    public override string ToString() => _kept.Length == 0 ? "It wrote nothing to standard error." : $"Its last words: {_kept}";

    public void Dispose()
    {
        Writer.Dispose();
        _reader.Dispose();
    }

    private async Task ReadAsync()
    {
        for (var total = 0; total < MaxRead;)
        {
            await _loop.ReadableAsync(_reader);
            var length = _reader.IsClosed ? 0 : Keep();
            if (length <= 0)
            {
                break;
            }

            total += length;
        }

        _reader.Dispose(); // the next to write gets EPIPE
    }

    private unsafe int Keep()
    {
        var buffer = stackalloc byte[4096];
        var length = (int)LibC.Read(_reader, buffer, 4096); // readable: does not block
        for (var i = 0; i < length; i++)
        {
            _kept.Append(buffer[i] is >= 0x20 and < 0x7F ? (char)buffer[i] : ' ');
        }

        if (_kept.Length > MaxKept)
        {
            _kept.Remove(0, _kept.Length - MaxKept);
        }

        return length;
    }
}
