using Mayfly.Client;
using Mayfly.Client.AI;
using Microsoft.Extensions.AI;

namespace Example;

public static class Assistant
{
    public static async Task<string> AskAsync(IChatClient model, MayflyClient mayfly, string question)
    {
        using var assistant = model.AsBuilder().UseFunctionInvocation().Build();
        var answer = await assistant.GetResponseAsync(question, new ChatOptions { Tools = [new RunCodeFunction(mayfly)] });
        return answer.Text;
    }
}
