using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mayfly.Cells.Launching.MicroVm;

namespace Mayfly.UnitTests.Cells.MicroVm;

/// <summary>What a micro-VM is, as QEMU and runc get it, compared whole with reviewed files.</summary>
public sealed class QemuCommandTests
{
    private static readonly QemuShape s_emulated = new(IsKvm: false, Processors: 2, MemoryBytes: 2560UL << 20, RootBytes: 385_585_152, TscKhz: 2_596_120, Patience: 8);

    public static TheoryData<string, bool, Architecture> Machines => new()
    {
        { "qemu.emulated", false, Architecture.X64 },
        { "qemu.kvm", true, Architecture.X64 },
        { "qemu.aarch64", true, Architecture.Arm64 },
    };

    [Theory, MemberData(nameof(Machines))]
    public void Command_line_is_the_reviewed_one(string name, bool isKvm, Architecture architecture)
    {
        var shape = isKvm ? s_emulated with { IsKvm = true, TscKhz = 0, Patience = 1 } : s_emulated;
        var actual = string.Join('\n', QemuCommand.Arguments(shape, architecture).Skip(1)) + "\n";

        if (Environment.GetEnvironmentVariable("MAYFLY_RECORD") == "1") File.WriteAllText(Path.Combine(Here(), $"{name}.txt"), actual);
        var reviewed = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cells/MicroVm", $"{name}.txt"));
        Assert.True(reviewed == actual, $"the command line differs from Cells/MicroVm/{name}.txt. If that is meant, record it anew with MAYFLY_RECORD=1 and review the difference:\n{actual}");
    }

    [Fact]
    public void Guest_has_no_network_no_shared_folder_no_monitor_and_no_device_that_is_not_named()
    {
        var arguments = QemuCommand.Arguments(s_emulated, Architecture.X64);

        Assert.Contains("-nodefaults", arguments);
        Assert.Equal("none", After(arguments, "-monitor"));
        Assert.Equal("none", After(arguments, "-display"));
        Assert.Equal("on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny", After(arguments, "-sandbox"));
        Assert.DoesNotContain(arguments, argument => argument is "-netdev" or "-nic" or "-net" or "-fsdev" or "-virtfs" or "-usb" or "-qmp" or "-gdb" or "-vnc");
        Assert.Equal(
            ["virtio-serial-device", "virtserialport", "virtio-blk-device", "virtio-rng-device", "isa-debug-exit"],
            arguments.Zip(arguments.Skip(1)).Where(pair => pair.First == "-device").Select(pair => pair.Second.Split(',')[0]));
        Assert.Contains("read-only=on", After(arguments, "-blockdev"), StringComparison.Ordinal);
    }

    [Fact]
    public void Emulated_guest_without_a_known_rate_of_the_counter_measures_it_itself() =>
        Assert.DoesNotContain("tsc_early_khz", After(QemuCommand.Arguments(s_emulated with { TscKhz = 0 }, Architecture.X64), "-append"), StringComparison.Ordinal);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Around_QEMU_is_a_container_that_holds_nothing(bool isKvm)
    {
        var config = QemuConfig.For("/x", 0x70000000, "/usr/bin/qemu-system-x86_64", QemuCommand.Arguments(s_emulated, Architecture.X64), isKvm);

        Assert.NotEqual(0u, config.Process.User.Uid);
        Assert.All(
            [config.Process.Capabilities.Bounding, config.Process.Capabilities.Permitted, config.Process.Capabilities.Effective, config.Process.Capabilities.Inheritable, config.Process.Capabilities.Ambient],
            Assert.Empty);
        Assert.True(config.Process.NoNewPrivileges);
        Assert.True(config.Root.Readonly);
        Assert.Equal(["cgroup", "ipc", "mount", "network", "pid", "user", "uts"], config.Linux.Namespaces.Select(one => one.Type).Order(StringComparer.Ordinal));
        Assert.NotEmpty(config.Linux.Seccomp.Syscalls);
        Assert.Equal("/proc", Assert.Single(config.Mounts, mount => !mount.Options.Contains("ro")).Destination);
        Assert.Equal(isKvm, config.Linux.Resources.Devices.Any(device => device is { Allow: true, Major: 10, Minor: 232 }));
        Assert.False(config.Linux.Resources.Devices[0].Allow);
    }

    private static string After(IReadOnlyList<string> arguments, string name) => arguments[arguments.ToList().IndexOf(name) + 1];

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
