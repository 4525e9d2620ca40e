using System.Globalization;

namespace Mayfly.ContractTests.Differential;

/// <summary>The memory limit bites at the same size, whether a program was started warm or cold.</summary>
public sealed class MemoryRoomTests : ServiceTests
{
    // Nothing of this size fails in 256 MiB, and nothing of that size fits.
    private const int SurelyFitsMb = 80, SurelyTooMuchMb = 260;

    private readonly Service _cold;

    public MemoryRoomTests(Service warm, ColdService cold)
        : base(warm)
    {
        Assert.SkipWhen(cold.Service.MissingPrerequisite is not null, cold.Service.MissingPrerequisite ?? "");
        _cold = cold.Service;
    }

    [Theory, Case("Z2")]
    [InlineData("python", "bytes of an interpreter without libraries", "data = b'x' * ({0} << 20)")]
    [InlineData("python", "an array beside pandas", "import pandas, numpy\ndata = numpy.ones({0} << 17)")]
    [InlineData("python", "files of the writable space and bytes", "open('/tmp/f', 'wb').write(bytes(30 << 20))\ndata = b'x' * (({0} - 30) << 20)")]
    [InlineData("javascript", "a buffer beside no library", "const data = Buffer.alloc({0} << 20, 1)")]
    [InlineData("javascript", "a buffer beside mathjs", "require('mathjs'); const data = Buffer.alloc({0} << 20, 1)")]
    public async Task Largest_allocation_that_survives_is_the_same(string language, string what, string code)
    {
        var warm = await LargestAsync(Service, language, code);
        var cold = await LargestAsync(_cold, language, code);

        Assert.True(Math.Abs(warm - cold) <= Comparison.MemoryToleranceMb, $"{language}, {what}: {warm} MiB survive warm, {cold} MiB cold");
    }

    /// <summary>By bisection, to the MiB.</summary>
    private static async Task<int> LargestAsync(Service service, string language, string code)
    {
        var (fits, tooMuch) = (SurelyFitsMb, SurelyTooMuchMb);
        Assert.True(await FitsAsync(service, language, code, fits), $"{fits} MiB do not fit");
        Assert.False(await FitsAsync(service, language, code, tooMuch), $"{tooMuch} MiB fit");
        while (tooMuch - fits > 1)
        {
            var middle = (fits + tooMuch) / 2;
            if (await FitsAsync(service, language, code, middle)) fits = middle;
            else tooMuch = middle;
        }

        return fits;
    }

    private static async Task<bool> FitsAsync(Service service, string language, string code, int megabytes)
    {
        var execution = await service.ExecuteAsync(code.Replace("{0}", megabytes.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), language);
        if (execution.ExitCode != 0) execution.AssertExit(137, "out_of_memory");
        return execution.ExitCode == 0;
    }
}
