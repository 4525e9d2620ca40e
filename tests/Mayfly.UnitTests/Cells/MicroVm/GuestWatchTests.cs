using Mayfly.Cells.Launching.MicroVm;
using Mayfly.Cells.Loop;
using Mayfly.UnitTests.Images;

namespace Mayfly.UnitTests.Cells.MicroVm;

/// <summary>A disk that is written to, or cut short, while guests run on it is noticed; one that is read is not.</summary>
public sealed class GuestWatchTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("read", false)]
    [InlineData("written", true)]
    [InlineData("cut short", true)]
    public void Change_of_a_watched_file_is_told_once(string deed, bool noticed)
    {
        _scratch.Write("disk", "0123456789");
        var disk = Path.Combine(_scratch.Path, "disk");
        var loop = new EventLoop();
        var watch = new GuestWatch(loop, [disk]);
        Assert.False(watch.Take());

        if (deed == "read") Assert.Equal("0123456789", File.ReadAllText(disk));
        if (deed == "written") File.AppendAllText(disk, "x");
        if (deed == "cut short") using (var file = File.OpenWrite(disk)) file.SetLength(5);

        Assert.Equal(noticed, loop.Run(() => loop.WithinAsync(watch.WaitAsync(), noticed ? TimeSpan.FromMinutes(1) : TimeSpan.FromMilliseconds(1))));
        Assert.Equal(noticed, watch.Take());
        Assert.False(watch.Take());
    }
}
