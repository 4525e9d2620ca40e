using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Mayfly.ClientTests.Recipes;

/// <summary>A model that asks for one program, then repeats what it printed.</summary>
internal sealed class ScriptedModel(string code) : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var last = messages.Last().Contents.OfType<FunctionResultContent>().FirstOrDefault();
        AIContent said = last is null
            ? new FunctionCallContent("1", Assert.Single(options!.Tools!).Name, new Dictionary<string, object?> { ["code"] = code, ["language"] = "python" })
            : new TextContent(((JsonElement)last.Result!).GetProperty("stdout").GetString());
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [said])));
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
