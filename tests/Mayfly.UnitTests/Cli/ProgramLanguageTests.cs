using System.Text;
using Mayfly.Cli;

namespace Mayfly.UnitTests.Cli;

public sealed class ProgramLanguageTests
{
    [Theory]
    [InlineData("a.py", "", "python")]
    [InlineData("a.js", "", "javascript")]
    [InlineData("a.cjs", "", "javascript")]
    [InlineData("a.py", "#!/usr/bin/env node\n", "python")]
    [InlineData("tool", "#!/usr/bin/env python3\nprint(1)", "python")]
    [InlineData("tool", "#!/usr/bin/python3.13 -u\r\n", "python")]
    [InlineData("-", "#!/usr/bin/env -S node --no-warnings\n", "javascript")]
    [InlineData("tool", "#! /usr/local/bin/node", "javascript")]
    public void It_is_told_by_the_extension_or_the_first_line(string path, string code, string language) =>
        Assert.Equal(language, ProgramLanguage.Of(path, Encoding.UTF8.GetBytes(code)));

    [Theory]
    [InlineData("a.ts", "let a")]
    [InlineData("tool", "print(1)\n#!/usr/bin/env python3\n")]
    [InlineData("tool", "#!/bin/sh\npython3\n")]
    [InlineData("-", "")]
    public void Where_nothing_tells_it_the_option_is_named(string path, string code) =>
        Assert.Contains("--language", Assert.Throws<CommandFailure>(() => ProgramLanguage.Of(path, Encoding.UTF8.GetBytes(code))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains("/nowhere/tool", Assert.Throws<CommandFailure>(() => ProgramLanguage.Of("/nowhere/tool")).Message, StringComparison.Ordinal);
}
