using System.Globalization;

namespace Mayfly.ContractTests.Differential;

/// <summary>The memory limit bites at the same size, whether a program was started warm or cold.</summary>
public sealed class MemoryRoomTests : ServiceTests
{
    // Nothing of the first size fails in 256 MiB, and nothing of the second fits.
    private const int SurelyFitsMb = 120, SurelyTooMuchMb = 260;

    // Well below what is tolerated, and each halving saves two executions that import a library.
    private const int StepMb = 2;

    private const int MoreTries = 3;

    // What V8's collector has done when memory ends differs from run to run by some MiB: the median is what is compared, if one pair does not do.
    private const int Samples = 5;

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
        var (warm, cold) = (new List<int>(), new List<int>());
        do
        {
            var sizes = await Task.WhenAll(LargestAsync(Service, language, code), LargestAsync(_cold, language, code));
            Assert.All(sizes, size => Assert.InRange(size, SurelyFitsMb + 1, SurelyTooMuchMb - StepMb - 1));
            warm.Add(sizes[0]);
            cold.Add(sizes[1]);
        }
        while (Difference(warm, cold) > Comparison.MemoryToleranceMb && warm.Count < Samples);

        Assert.True(Difference(warm, cold) <= Comparison.MemoryToleranceMb, $"{language}, {what}: {string.Join(", ", warm)} MiB survive warm, {string.Join(", ", cold)} MiB cold");
    }

    private static int Difference(List<int> warm, List<int> cold) => Math.Abs(Median(warm) - Median(cold));

    private static int Median(List<int> sizes) => sizes.Order().ElementAt(sizes.Count / 2);

    /// <summary>By bisection.</summary>
    private static async Task<int> LargestAsync(Service service, string language, string code)
    {
        var (fits, tooMuch) = (SurelyFitsMb, SurelyTooMuchMb);
        while (tooMuch - fits > StepMb)
        {
            var middle = (fits + tooMuch) / 2;
            if (await FitsAsync(service, language, code, middle)) fits = middle;
            else tooMuch = middle;
        }

        return fits;
    }

    private static async Task<bool> FitsAsync(Service service, string language, string code, int megabytes)
    {
        var program = code.Replace("{0}", megabytes.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var execution = await service.ExecuteAsync(program, language);
        // Where page faults are dear and much else runs, half a core may not touch so much in 10 s: that says nothing about memory.
        for (var more = 0; more < MoreTries && execution.TimedOut; more++) execution = await service.ExecuteAsync(program, language);
        Assert.True((execution.ExitCode, execution.Termination) is (0, null) or (137, "out_of_memory"), $"{megabytes} MiB: {execution}");
        return execution.ExitCode == 0;
    }
}
