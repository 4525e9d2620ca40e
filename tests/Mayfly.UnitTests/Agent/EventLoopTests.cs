using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;

namespace Mayfly.UnitTests.Agent;

/// <summary>Handlers are called for their own descriptor, and for no other that has its number later.</summary>
public sealed class EventLoopTests
{
    [Fact]
    public void Event_of_a_closed_descriptor_does_not_reach_the_new_owner_of_its_number()
    {
        // A test that runs beside may be the new owner; then it is tried again.
        for (var attempt = 0; attempt < 100; attempt++)
        {
            if (EventsForANewOwner() is not { } events) continue;
            Assert.Equal(0, events);
            return;
        }

        Assert.Fail("the number was somebody else's each time");
    }

    // Both are ready in one batch; whichever comes first closes the other and takes its number for a descriptor that is not ready. Null: it did not get it.
    private static int? EventsForANewOwner()
    {
        using var loop = new EventLoop(TimeProvider.System);
        var (firstRead, firstWrite) = Descriptors.Pipe();
        var (secondRead, secondWrite) = Descriptors.Pipe();
        int? events = null;
        var replaced = false;

        void Replace(Microsoft.Win32.SafeHandles.SafeFileHandle other)
        {
            if (replaced) return;
            replaced = true;
            var number = other.Number();
            loop.Forget(other);
            other.Dispose();
            var (read, _) = Descriptors.Pipe();
            if (read.Number() != number) return;
            events = 0;
            loop.Add(read, Readiness.Readable, _ => events++);
        }

        loop.Add(firstRead, Readiness.Readable, _ => Replace(secondRead));
        loop.Add(secondRead, Readiness.Readable, _ => Replace(firstRead));
        firstWrite.Write("x"u8);
        secondWrite.Write("x"u8);
        loop.RunOnce();

        Assert.True(replaced);
        return events;
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
