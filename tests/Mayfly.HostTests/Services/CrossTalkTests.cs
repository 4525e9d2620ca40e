namespace Mayfly.HostTests.Services;

/// <summary>Many keys at once: nobody is given what is another's.</summary>
public sealed class CrossTalkTests
{
    private const int Keys = 20, Each = 50, AtOnce = 2;

    [Fact]
    public async Task A_thousand_interleaved_executions_of_twenty_keys_get_their_own_output_only()
    {
        using var service = await RunningService.StartAsync("--set", "Queue:WaitMs=60000");
        var keys = Enumerable.Range(0, Keys).Select(_ => service.CreateKey()).ToList();

        var answers = await Task.WhenAll(keys.SelectMany((key, owner) => Enumerable.Range(0, AtOnce).Select(turn => AskAsync(service, key, $"{owner} {turn}"))));

        Assert.Equal(Keys * Each, answers.Sum(own => own.Count));
        Assert.All(answers.SelectMany(own => own), answer => Assert.Equal(answer.Canary + "\n", answer.Stdout));
    }

    private static async Task<List<(string Canary, string Stdout)>> AskAsync(RunningService service, string key, string who)
    {
        var answers = new List<(string, string)>();
        for (var number = 0; number < Each / AtOnce; number++)
        {
            var canary = $"canary {who} {number} {Guid.NewGuid():N}";
            var result = number % 4 == 0
                ? await service.ExecuteAsync($"console.log('{canary}')", "javascript", key)
                : await service.ExecuteAsync($"print('{canary}')", "python", key);
            answers.Add((canary, result.GetProperty("stdout").GetString()!));
        }

        return answers;
    }
}
