using Google.Protobuf;
using Mayfly.Protocol;
using Mayfly.Protocol.Control;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.HostTests.Cells;

/// <summary>The gateway faces the network: whoever took it over says to mayfly-cells what he likes.</summary>
public sealed class HostileGatewayTests(FakeParts parts) : IClassFixture<FakeParts>
{
    private const string Options = "--max-cells=2 --max-cell-memory=536870912 --max-cell-processes=256";

    [Theory]
    [InlineData(0, 256L << 20, 64, "slots: 0 is not within 1..64")]
    [InlineData(65, 256L << 20, 64, "slots: 65 is not within 1..64")]
    [InlineData(uint.MaxValue, 256L << 20, 64, "slots: 4294967295")]
    [InlineData(1, 0, 64, "memory_bytes: 0 is not within")]
    [InlineData(1, (64L << 20) - 1, 64, "memory_bytes: 67108863 is not within")]
    [InlineData(1, (512L << 20) + 1, 64, "memory_bytes: 536870913 is not within")]
    [InlineData(1, -1L, 64, "memory_bytes: 18446744073709551615")]
    [InlineData(1, 256L << 20, 15, "processes: 15 is not within")]
    [InlineData(1, 256L << 20, 257, "processes: 257 is not within")]
    public void Number_out_of_bounds_is_refused_by_name_and_nothing_is_made(uint slots, long memory, uint processes, string reason)
    {
        var (cells, gateway) = CellsProcess.Start(parts, Options.Split(' '));
        using (cells) using (gateway)
        {
            gateway.Send(Puppet.LaunchOf(1, slots, (ulong)memory, processes));

            var failed = gateway.Receive().Message.LaunchFailed;

            Assert.Equal(1u, failed.Cell);
            Assert.Contains(reason, failed.Reason, StringComparison.Ordinal);
            Assert.DoesNotContain(cells.Cgroups(), path => path.Contains("/cell-", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Numbers_at_their_bounds_are_accepted()
    {
        var (cells, gateway) = CellsProcess.Start(parts, Options.Split(' '));
        using (cells) using (gateway)
        {
            using var least = gateway.Launch(1, slots: 1, memory: 64 << 20, processes: 16);
            using var most = gateway.Launch(2, slots: 64, memory: 512 << 20, processes: 256);
        }
    }

    [Fact]
    public void One_cell_too_many_is_refused_until_another_is_gone()
    {
        var (cells, gateway) = CellsProcess.Start(parts, Options.Split(' '));
        using (cells) using (gateway)
        {
            using var first = gateway.Launch(1);
            using var second = gateway.Launch(2);
            gateway.Send(Puppet.LaunchOf(3));
            Assert.Contains("2 are allowed", gateway.Receive().Message.LaunchFailed.Reason, StringComparison.Ordinal);

            gateway.Stop(1);
            gateway.WaitForStopped(1);
            using var fourth = gateway.Launch(4);
        }
    }

    [Fact]
    public void Stopping_a_cell_that_never_was_does_nothing()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            gateway.Stop(99);
            using var cell = gateway.Launch(1);
        }
    }

    public static TheoryData<string, byte[]> Nonsense => new()
    {
        { "no message at all", [0xFF] },
        { "zeros", new byte[64] },
        { "an unknown field", [0x7A, 0x00] },
        { "an empty oneof", new ToCells().ToByteArray() is { Length: > 0 } empty ? empty : [0x50, 0x01] },
        { "a message cut in the middle", Puppet.LaunchOf(1).ToByteArray()[..^1] },
        { "one byte too many", [.. Puppet.LaunchOf(1).ToByteArray(), .. new byte[FrameLimits.MaxControlBytes]] },
        { "a length beyond the packet", [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07] },
    };

    [Theory, MemberData(nameof(Nonsense))]
    public void Packet_that_is_no_message_costs_the_gateway_its_life_and_its_cells(string what, byte[] packet)
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells)
        {
            using var cell = gateway.Launch(1);
            DescriptorSocket.Send(gateway.Control, packet, []);

            AssertReplaced(cells, gateway, what);
            Assert.Null(cell.Read());
        }
    }

    [Fact]
    public void Number_used_again_costs_the_gateway_its_life()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells)
        {
            using var cell = gateway.Launch(5);
            gateway.Send(Puppet.LaunchOf(5));

            AssertReplaced(cells, gateway, "number used again");
        }
    }

    [Fact]
    public void Descriptor_sent_to_mayfly_cells_costs_the_gateway_its_life_and_is_closed()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells)
        {
            var (ours, theirs) = SocketPair.Stream();
            using (ours)
            {
                using (theirs) DescriptorSocket.Send(gateway.Control, Puppet.LaunchOf(1).ToByteArray(), [theirs]);
                AssertReplaced(cells, gateway, "descriptor");

                var end = new byte[1];
                using var packet = DescriptorSocket.Receive(ours, end)!;
                Assert.Equal(0, packet.Length); // nobody has the other end
            }
        }
    }

    [Fact]
    public void Gateway_that_asks_and_never_reads_is_killed_and_not_waited_for()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells)
        {
            var refused = Puppet.LaunchOf(1, slots: 0);
            try
            {
                for (uint number = 1; number < 1_000_000; number++)
                {
                    refused.Launch.Cell = number;
                    gateway.Send(refused);
                }
            }
            catch (KernelException)
            {
                // the conversation is over
            }

            using var next = cells.NextChild();
            Assert.Contains("does not read its control socket", cells.Log, StringComparison.Ordinal);
            gateway.Dispose();
        }
    }

    private static void AssertReplaced(CellsProcess cells, Puppet gateway, string what)
    {
        gateway.WaitForEnd();
        using var next = cells.NextChild();
        Assert.True(next.Pid != gateway.Pid, what);
        Assert.False(CellsProcess.IsAlive(gateway.Pid), what);
        Assert.Equal([next.Pid], cells.Processes());
        Assert.Contains("The gateway is killed.", cells.Log, StringComparison.Ordinal);
        using var cell = next.Launch(1);
        gateway.Dispose();
    }
}
