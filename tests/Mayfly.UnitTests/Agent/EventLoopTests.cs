using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;

namespace Mayfly.UnitTests.Agent;

/// <summary>Handlers are called for their own descriptor, and for no other that has its number later.</summary>
public sealed class EventLoopTests
{
    [Fact]
    public void Event_of_a_closed_descriptor_does_not_reach_the_new_owner_of_its_number()
    {
        using var loop = new EventLoop(TimeProvider.System);
        var (firstRead, firstWrite) = Descriptors.Pipe();
        var (secondRead, secondWrite) = Descriptors.Pipe();
        var wrong = 0;
        var number = 0;

        // Both are ready in one batch; whichever comes first closes the other and takes its number for a descriptor that is not ready.
        void Replace(Microsoft.Win32.SafeHandles.SafeFileHandle other)
        {
            if (number != 0) return;
            number = other.Number();
            loop.Forget(other);
            other.Dispose();
            var (read, _) = Descriptors.Pipe();
            Assert.Equal(number, read.Number());
            loop.Add(read, Readiness.Readable, _ => wrong++);
        }

        loop.Add(firstRead, Readiness.Readable, _ => Replace(secondRead));
        loop.Add(secondRead, Readiness.Readable, _ => Replace(firstRead));
        firstWrite.Write("x"u8);
        secondWrite.Write("x"u8);

        loop.RunOnce();

        Assert.NotEqual(0, number);
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Stop_ends_the_loop_with_its_exit_code()
    {
        using var loop = new EventLoop(TimeProvider.System);
        loop.Deadlines.After(TimeSpan.Zero, () => loop.Stop(7));
        loop.Deadlines.After(TimeSpan.FromMilliseconds(1), () => loop.Stop(8));

        Assert.Equal(7, loop.Run());
    }
}
