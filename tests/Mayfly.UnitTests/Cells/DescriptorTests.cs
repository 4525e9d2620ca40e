using Mayfly.Cells.Loop;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.UnitTests.Cells;

/// <summary>Descriptors over sockets, children by descriptor, and the loop that waits for both.</summary>
public sealed class DescriptorTests
{
    [Fact]
    public void Descriptor_sent_is_the_same_file_at_the_other_end()
    {
        var (ours, theirs) = SocketPair.Packets();
        var (passed, kept) = SocketPair.Stream();
        using (ours) using (theirs) using (passed) using (kept)
        {
            Assert.True(DescriptorSocket.Send(ours, "x"u8, [passed]));
            using var packet = DescriptorSocket.Receive(theirs, new byte[16])!;
            using var arrived = packet.Take(0);

            Assert.Equal(1, packet.Length);
            Assert.False(packet.Truncated);
            DescriptorSocket.Send(arrived, "hello"u8, []);
            var buffer = new byte[16];
            using var hello = DescriptorSocket.Receive(kept, buffer)!;
            Assert.Equal("hello"u8, buffer.AsSpan(0, hello.Length));
        }
    }

    [Fact]
    public void As_many_descriptors_as_are_allowed_arrive_in_order_and_untaken_ones_are_closed()
    {
        var (ours, theirs) = SocketPair.Packets();
        using (ours) using (theirs)
        {
            var events = Enumerable.Range(0, DescriptorSocket.MaxDescriptors).Select(_ => new EventDescriptor()).ToList();
            DescriptorSocket.Send(ours, "x"u8, [.. events.Select(each => each.Handle)]);
            events[3].Set();

            var packet = DescriptorSocket.Receive(theirs, new byte[1])!;
            Assert.Equal(DescriptorSocket.MaxDescriptors, packet.DescriptorCount);
            using var taken = packet.Take(3);
            packet.Dispose();
            events.ForEach(each => each.Dispose());

            PollEntry[] entries = [new PollEntry { Descriptor = (int)taken.DangerousGetHandle(), Wanted = Poll.Readable }];
            Assert.Equal(1, Poll.Wait(entries, TimeSpan.Zero)); // the one that was set, and still open
            Assert.Throws<InvalidOperationException>(() => packet.Take(3));
        }
    }

    [Fact]
    public void Packet_longer_than_the_buffer_is_marked()
    {
        var (ours, theirs) = SocketPair.Packets();
        using (ours) using (theirs)
        {
            DescriptorSocket.Send(ours, new byte[17], []);
            using var packet = DescriptorSocket.Receive(theirs, new byte[16])!;
            Assert.True(packet.Truncated);
        }
    }

    [Fact]
    public void Packet_of_exactly_the_buffers_length_is_not()
    {
        var (ours, theirs) = SocketPair.Packets();
        using (ours) using (theirs)
        {
            DescriptorSocket.Send(ours, new byte[16], []);
            using var packet = DescriptorSocket.Receive(theirs, new byte[16])!;
            Assert.False(packet.Truncated);
            Assert.Equal(16, packet.Length);
        }
    }

    [Fact]
    public void End_of_the_other_side_is_a_packet_of_no_bytes_and_nothing_there_is_null()
    {
        var (ours, theirs) = SocketPair.Packets();
        using (ours)
        {
            Assert.Null(DescriptorSocket.Receive(ours, new byte[1], wait: false));
            theirs.Dispose();
            using var packet = DescriptorSocket.Receive(ours, new byte[1])!;
            Assert.Equal(0, packet.Length);
            Assert.Equal(Errno.EPIPE, Assert.Throws<KernelException>(() => DescriptorSocket.Send(ours, "x"u8, [])).Error);
        }
    }

    [Fact]
    public void Full_socket_is_said_and_not_waited_for()
    {
        var (ours, theirs) = SocketPair.Packets();
        using (ours) using (theirs)
        {
            var sent = 0;
            while (DescriptorSocket.Send(ours, new byte[1024], [], wait: false) && sent < 1_000_000) sent++;
            Assert.InRange(sent, 1, 999_999);
        }
    }

    [Theory]
    [InlineData("exit 0", 0, 0)]
    [InlineData("exit 77", 77, 0)]
    [InlineData("kill -TERM $$", 0, 15)]
    public void Child_is_watched_to_its_end(string script, int code, int signal)
    {
        var loop = new EventLoop();
        var children = new Children(loop);
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);

        var status = loop.Run(async () =>
        {
            using var child = children.Start("/bin/sh", ["sh", "-c", script], new Dictionary<string, string>(), nothing, nothing, nothing);
            return await child.Ended;
        });

        Assert.Equal(new ExitStatus(code, signal), status);
        Assert.Equal(signal == 0 ? code : 128 + signal, status.ShellCode);
    }

    [Fact]
    public void Child_has_the_descriptors_and_the_environment_it_is_given_and_no_others()
    {
        var (ours, theirs) = SocketPair.Stream();
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        using (ours)
        {
            int pid;
            using (theirs)
            {
                pid = Spawn.Start("/bin/sh", ["sh", "-c", "env; echo /proc/self/fd/*"], new Dictionary<string, string> { ["ONLY"] = "this" }, nothing, theirs, nothing, nothing);
            }

            var said = "";
            var buffer = new byte[4096];
            while (DescriptorSocket.Receive(ours, buffer) is { Length: > 0 } packet) said += System.Text.Encoding.ASCII.GetString(buffer, 0, packet.Length);
            Reap(pid);

            Assert.Contains("ONLY=this", said, StringComparison.Ordinal);
            Assert.DoesNotContain("PATH=", said.Replace("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "", StringComparison.Ordinal), StringComparison.Ordinal); // dash's own default
            // The shell opens the directory itself while it expands the pattern.
            Assert.Equal(["0", "1", "2", "3"], said.Split(' ', '\n').Where(word => word.StartsWith("/proc/self/fd/", StringComparison.Ordinal)).Select(word => word["/proc/self/fd/".Length..]).Except(["4"]));
        }
    }

    [Fact]
    public void Program_that_is_not_there_is_named() =>
        Assert.Contains("/no/such/program: ENOENT", Assert.Throws<KernelException>(() => Spawn.Start("/no/such/program", ["x"], new Dictionary<string, string>())).Message, StringComparison.Ordinal);

    [Fact]
    public void Loop_gives_up_waiting_when_the_time_is_over_and_not_before()
    {
        var loop = new EventLoop();
        using var never = new EventDescriptor();
        using var set = new EventDescriptor();
        set.Set();
        var since = System.Diagnostics.Stopwatch.GetTimestamp();

        var (readable, timedOut) = loop.Run(async () => (await loop.ReadableAsync(set.Handle, TimeSpan.FromSeconds(30)), await loop.ReadableAsync(never.Handle, TimeSpan.FromMilliseconds(50))));

        Assert.True(readable);
        Assert.False(timedOut);
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(since).TotalMilliseconds, 50, 10_000);
    }

    [Fact]
    public void Failure_that_nobody_awaits_ends_the_loop()
    {
        var loop = new EventLoop();

        Assert.Throws<InvalidOperationException>(() => loop.Run(async () =>
        {
            EventLoop.Go(async () =>
            {
                await loop.DelayAsync(TimeSpan.FromMilliseconds(1));
                throw new InvalidOperationException("a bug");
            });
            await loop.DelayAsync(TimeSpan.FromSeconds(30));
            return 0;
        }));
    }

    [Fact]
    public void Everything_of_the_loop_runs_on_its_one_thread()
    {
        var loop = new EventLoop();
        var threads = new HashSet<int>();

        loop.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await Task.WhenAll(loop.DelayAsync(TimeSpan.FromMilliseconds(1)), loop.DelayAsync(TimeSpan.FromMilliseconds(2)));
                threads.Add(Environment.CurrentManagedThreadId);
            }

            return 0;
        });

        Assert.Equal([Environment.CurrentManagedThreadId], threads);
    }

    private static void Reap(int pid)
    {
        using var process = ProcessDescriptor.Open(pid)!;
        PollEntry[] entries = [new PollEntry { Descriptor = (int)process.DangerousGetHandle(), Wanted = Poll.Readable }];
        Poll.Wait(entries, TimeSpan.FromSeconds(10));
        Assert.NotNull(ProcessDescriptor.Reap(process));
    }
}
