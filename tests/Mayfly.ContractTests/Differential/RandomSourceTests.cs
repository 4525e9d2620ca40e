using System.Text.Json;

namespace Mayfly.ContractTests.Differential;

/// <summary>No two executions draw the same: nothing that is random was drawn before the fork and shared by its children.</summary>
public sealed class RandomSourceTests(Service service) : ServiceTests(service)
{
    private const int Executions = 200;

    // Enough to take several children of one zygote at once; more would wait in the service's queue.
    private const int AtOnce = 8;

    // A clock sequence has 14 bits: 200 drawn well are 198.8 different ones on average, and never fewer than this.
    private const int LeastClockSequences = 180;

    [Theory, Case("Z3"), Trait(Speed.Name, Speed.Slow)]
    [InlineData("random/sources.py", 20)]
    [InlineData("random/sources.js", 14)]
    public async Task Two_hundred_executions_draw_two_hundred_values_of_each_source(string name, int sources)
    {
        var program = new DifferentialProgram(name);
        using var places = new SemaphoreSlim(AtOnce);
        var drawn = await Task.WhenAll(Enumerable.Range(0, Executions).Select(async _ =>
        {
            await places.WaitAsync(Stop);
            try
            {
                var execution = (await program.RunAsync(Service)).AssertStderr("");
                return JsonSerializer.Deserialize<Dictionary<string, string>>(execution.Stdout)!;
            }
            finally
            {
                places.Release();
            }
        }));

        Assert.Equal(sources, drawn[0].Count);
        foreach (var source in drawn[0].Keys)
        {
            var different = drawn.Select(values => values[source]).Distinct().Count();
            Assert.True(different >= (source == "uuid1 clock sequence" ? LeastClockSequences : Executions), $"{source}: {different} values in {Executions} executions");
        }

        // Nor is a value of one source another's: each is drawn by itself.
        Assert.All(drawn, values => Assert.Equal(values.Count, values.Values.Distinct().Count()));
    }
}
