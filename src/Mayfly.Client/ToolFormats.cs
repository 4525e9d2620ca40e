namespace Mayfly.Client;

/// <summary>Whose interface a tool is described for.</summary>
public static class ToolFormats
{
    /// <summary>Chat Completions of OpenAI, and of those who speak it.</summary>
    public const string OpenAI = "openai";

    /// <summary>Messages of Anthropic.</summary>
    public const string Anthropic = "anthropic";

    /// <summary>The Model Context Protocol.</summary>
    public const string Mcp = "mcp";
}
