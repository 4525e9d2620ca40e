using Mayfly.HostTests.Services;

namespace Mayfly.HostTests.MicroVms;

/// <summary>Whose program runs in whose guest, by what the guest's kernel says: something that programs leave in it, with the help of its PID 1.</summary>
/// <remarks>The policy itself is tested for cells of every kind (<see cref="CellReuseServiceTests"/>); here it is the kernel that must be another one.</remarks>
[Trait("Speed", "slow")]
public sealed class MicroVmReuseTests : IDisposable
{
    private const string Untouched = "core"; // core_pattern of a kernel that has just booted

    private readonly string _scratch = Directory.CreateTempSubdirectory("mayfly-guests-").FullName;

    private static string[] Options(int cells, string reuse) =>
    [
        "--launcher", "microvm", "--cells", $"{cells}", "--slots", "2", "--warm", "false", "--set", "StandbyCells=1", "--set", $"CellReuse={reuse}", "--set", "Queue:WaitMs=60000",
        "--set", "Limits:CpuQuotaUs=100000", "--set", "Limits:TimeMs=60000",
    ];

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Fact]
    public async Task What_one_key_plants_in_its_guest_is_never_seen_by_another()
    {
        MicroVm.RequireQuick();
        using var service = await FaultyGuests.StartInAsync(_scratch, Options(cells: 2, "key"));
        await RunningService.EventuallyAsync(() => service.CellsUpAsync().Result == 3, "not every guest is up", service.Patience);
        string[] keys = [service.CreateKey(), service.CreateKey()];

        var seen = await Task.WhenAll(keys.Index().Select(async key =>
        {
            var found = new List<(string Found, string Left)>();
            for (var round = 0; round < 4; round++) found.AddRange(await Task.WhenAll(PlantAsync(service, $"key-{key.Index}", key.Item), PlantAsync(service, $"key-{key.Index}", key.Item)));
            return found;
        }));
        var third = await PlantAsync(service, "key-2", service.CreateKey());

        foreach (var (index, found) in seen.Index())
        {
            Assert.All(found, one => Assert.Equal($"key-{index}", one.Left));
            Assert.All(found, one => Assert.Contains(one.Found, new[] { Untouched, $"key-{index}" }));
            // What is planted stays: the other key would have seen it.
            Assert.Contains(found, one => one.Found == $"key-{index}");
        }

        Assert.Equal((Untouched, "key-2"), third);
    }

    [Fact]
    public async Task With_never_each_execution_has_a_boot_of_its_own()
    {
        MicroVm.RequireQuick();
        using var service = await FaultyGuests.StartInAsync(_scratch, Options(cells: 1, "never"));
        var key = service.CreateKey();

        var boots = new List<string>();
        for (var execution = 0; execution < 3; execution++)
        {
            // None may stand by, and a boot may take longer than any wait in the queue.
            await RunningService.EventuallyAsync(() => service.CellsUpAsync().Result > 0, "no guest is up", service.Patience);
            var (found, left) = await PlantAsync(service, "boot-id", key);
            Assert.Equal(Untouched, found);
            boots.Add(left);
        }

        Assert.All(boots, boot => Assert.True(Guid.TryParse(boot, out _), boot));
        Assert.Distinct(boots);
        Assert.DoesNotContain((await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", TestContext.Current.CancellationToken)).Trim(), boots);
    }

    // What a program found in its guest, and what was there when it ended.
    private static async Task<(string Found, string Left)> PlantAsync(RunningService service, string identity, string key)
    {
        var result = await service.ExecuteAsync(
            $$"""
            import ctypes, time
            def planted(): return open('/proc/sys/kernel/core_pattern').read().strip()
            print(planted())
            if planted() == '{{Untouched}}': ctypes.CDLL(None).prctl(15, b'plant-{{identity}}', 0, 0, 0)
            while planted() == '{{Untouched}}': time.sleep(0.1)
            print(planted())
            """,
            key: key);
        Assert.True(result.GetProperty("exitCode").GetInt32() == 0, result.ToString());
        var lines = result.GetProperty("stdout").GetString()!.Split('\n');
        return (lines[0], lines[1]);
    }
}
