using System.Text;
using CsCheck;
using Mayfly.Agent.Tiers;
using Mayfly.Protocol.Messages;
using Tier = Mayfly.Agent.Tiers.Tier;

namespace Mayfly.UnitTests.Agent;

/// <summary>Which tier a program gets, by what it seems to import.</summary>
public sealed class TierChoiceTests
{
    private static readonly Tier[] s_tiers =
    [
        new("python", Language.Python, [], 2),
        new("python+numeric", Language.Python, ["numpy", "pandas", "dateutil"], 1),
        new("python+sympy", Language.Python, ["sympy"], 1),
        new("javascript", Language.Javascript, [], 2),
        new("javascript+libraries", Language.Javascript, ["lodash", "dayjs", "mathjs"], 1),
    ];

    private readonly TierChoice _choice = new(s_tiers);

    [Theory]
    [InlineData("print(1)", "python")]
    [InlineData("", "python")]
    [InlineData("import json, os", "python")]
    [InlineData("import numpy", "python+numeric")]
    [InlineData("import numpy as np", "python+numeric")]
    [InlineData("import os, numpy as np", "python+numeric")]
    [InlineData("import numpy.linalg", "python+numeric")]
    [InlineData("from pandas import DataFrame", "python+numeric")]
    [InlineData("from dateutil.parser import parse", "python+numeric")]
    [InlineData("x = 1; import numpy", "python+numeric")]
    [InlineData("if True:\n\timport numpy", "python+numeric")]
    [InlineData("def f():\n    from sympy import *\n", "python+sympy")]
    [InlineData("import sympy\r\nimport json\r\n", "python+sympy")]
    [InlineData("import numpy, sympy, pandas", "python+numeric")]
    [InlineData("import numpyx", "python")]
    [InlineData("important numpy", "python")]
    [InlineData("print('import')\n# numpy", "python")]
    [InlineData("importlib.import_module('numpy')", "python")]
    public void Python(string code, string expected) => Assert.Equal(expected, Choose(Language.Python, code));

    [Theory]
    [InlineData("console.log(1)", "javascript")]
    [InlineData("const fs = require('fs')", "javascript")]
    [InlineData("const _ = require('lodash')", "javascript+libraries")]
    [InlineData("const _ = require(\"lodash/fp\")", "javascript+libraries")]
    [InlineData("const m = await import(`mathjs`)", "javascript+libraries")]
    [InlineData("import dayjs from 'dayjs'", "javascript+libraries")]
    [InlineData("const a = 'x'; const m = require('mathjs')", "javascript+libraries")]
    [InlineData("require('lodashx')", "javascript")]
    [InlineData("'", "javascript")]
    public void JavaScript(string code, string expected) => Assert.Equal(expected, Choose(Language.Javascript, code));

    [Fact]
    public void Language_without_a_tier_has_none() =>
        Assert.Equal((-1, 0), new TierChoice([s_tiers[0]]).For(Language.Javascript, "1"u8));

    /// <summary>What stands behind the last module that a program wants is not counted as its memory.</summary>
    [Theory]
    [InlineData("print(1)", 0)]
    [InlineData("import numpy", 1)]
    [InlineData("import numpy, pandas", 2)]
    [InlineData("from dateutil import tz", 3)]
    public void Imports_are_counted_to_the_last_that_is_wanted(string code, int expected) =>
        Assert.Equal(expected, _choice.For(Language.Python, Encoding.UTF8.GetBytes(code)).Imports);

    /// <summary>Hostile code decides what the scan sees: it must end, and soon, whatever that is.</summary>
    [Theory]
    [InlineData("'")]
    [InlineData("\"'")]
    [InlineData(";")]
    [InlineData("import ")]
    [InlineData("import ,")]
    [InlineData("from numpy\n")]
    [InlineData("\0")]
    public void Scan_is_linear(string pattern)
    {
        var code = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(pattern, 1_000_000 / pattern.Length)));
        var before = Environment.CpuUsage.TotalTime;

        _choice.For(Language.Python, code);
        _choice.For(Language.Javascript, code);

        // A quadratic scan of a megabyte takes hours.
        Assert.True(Environment.CpuUsage.TotalTime - before < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Any_bytes_give_a_tier_of_the_language() => Gen.Byte.Array[0, 300].Sample(code =>
    {
        Assert.InRange(_choice.For(Language.Python, code).Tier, 0, 2);
        Assert.InRange(_choice.For(Language.Javascript, code).Tier, 3, 4);
    });

    [Theory]
    [InlineData("", "x", "no name")]
    [InlineData("a b", "x", "no name")]
    [InlineData("t", "os; import x", "no module's name")]
    [InlineData("t", "../x", "no module's name")]
    public void Tier_that_cannot_be_is_refused_by_name(string name, string module, string expected)
    {
        var configure = new Configure { Tiers = { new Mayfly.Protocol.Messages.Tier { Name = name, Language = Language.Python, Modules = { module } } } };

        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => Tier.FromConfigure(configure)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_tiers_of_one_name_are_refused()
    {
        var tier = new Mayfly.Protocol.Messages.Tier { Name = "python", Language = Language.Python };

        Assert.Throws<ArgumentException>(() => Tier.FromConfigure(new Configure { Tiers = { tier, tier } }));
    }

    [Fact]
    public void Lever_that_is_not_known_is_refused_with_those_that_are() =>
        Assert.Contains("early-end", Assert.Throws<ArgumentException>(() => new Mayfly.Agent.Levers(["x"])).Message, StringComparison.Ordinal);

    private string Choose(Language language, string code) => s_tiers[_choice.For(language, Encoding.UTF8.GetBytes(code)).Tier].Name;
}
