using System.Text;

namespace Mayfly.ContractTests.Requests;

/// <summary>Bodies that are refused, each with its code; and those that are accepted although they look odd.</summary>
public sealed class ValidationTests(Service service) : ServiceTests(service)
{
    private const string Json = "invalid_json";
    private const string Shape = "invalid_request";

    // Where the contract names two codes for one row of its table, both are right.
    private static readonly string[] Either = [Json, Shape];

    private static readonly Table<(string Body, string[] Codes)> Texts = new()
    {
        ["an empty body"] = ("", Either),
        ["white space alone"] = (" \n ", Either),
        ["no JSON at all"] = ("print(1)", [Json]),
        ["a JSON text that stops"] = ("""{"code":"print(1)","language":"pyth""", [Json]),
        ["an object that is not closed"] = ("""{"code":"print(1)","language":"python" """, [Json]),
        ["something after the object"] = ("""{"code":"print(1)","language":"python"} x""", [Json]),
        ["a second object after the first"] = ("""{"code":"print(1)","language":"python"}{"code":"print(2)","language":"python"}""", [Json]),
        ["a NUL after the object"] = ("{\"code\":\"print(1)\",\"language\":\"python\"}\0", [Json]),
        ["a comma too many"] = ("""{"code":"print(1)","language":"python",}""", [Json]),
        ["a comma too few"] = ("""{"code":"print(1)" "language":"python"}""", [Json]),
        ["a comment"] = ("""{"code":"print(1)",/* why */"language":"python"}""", [Json]),
        ["single quotes"] = ("{'code':'print(1)','language':'python'}", [Json]),
        ["names without quotes"] = ("""{code:"print(1)",language:"python"}""", [Json]),
        ["NaN"] = ("""{"code":"print(1)","language":"python","x":NaN}""", [Json]),
        ["a number with a leading zero"] = ("""{"code":"print(1)","language":"python","x":01}""", [Json]),
        ["an escape that JSON does not have"] = ("""{"code":"print(\x31)","language":"python"}""", [Json]),
        ["an escape that is cut"] = ("""{"code":"print(1)\u00","language":"python"}""", [Json]),
        ["a line break inside a string"] = ("{\"code\":\"a\nb\",\"language\":\"python\"}", [Json]),
        ["a NUL byte inside a string"] = ("{\"code\":\"a\0b\",\"language\":\"python\"}", [Json]),
        ["an array"] = ("""["print(1)","python"]""", Either),
        ["a string"] = ("\"print(1)\"", Either),
        ["a number"] = ("1", Either),
        ["null"] = ("null", Either),
        ["true"] = ("true", Either),
        ["an empty object"] = ("{}", [Shape, "code_required"]),
        ["code is missing"] = ("""{"language":"python"}""", [Shape, "code_required"]),
        ["code is null"] = ("""{"code":null,"language":"python"}""", [Shape, "code_required"]),
        ["code is empty"] = ("""{"code":"","language":"python"}""", ["code_required"]),
        ["code is blank"] = ("""{"code":" \t\r\n ","language":"python"}""", ["code_required"]),
        ["code is blank in Unicode"] = ("""{"code":"\u00a0\u2003\u3000","language":"python"}""", ["code_required"]),
        ["code is a number"] = ("""{"code":1,"language":"python"}""", [Shape]),
        ["code is true"] = ("""{"code":true,"language":"python"}""", [Shape]),
        ["code is an array"] = ("""{"code":["print(1)"],"language":"python"}""", [Shape]),
        ["code is an object"] = ("""{"code":{"text":"print(1)"},"language":"python"}""", [Shape]),
        ["language is missing"] = ("""{"code":"print(1)"}""", [Shape, "unsupported_language"]),
        ["language is null"] = ("""{"code":"print(1)","language":null}""", [Shape, "unsupported_language"]),
        ["language is a number"] = ("""{"code":"print(1)","language":3}""", [Shape]),
        ["language is an array"] = ("""{"code":"print(1)","language":["python"]}""", [Shape]),
        ["language is an object"] = ("""{"code":"print(1)","language":{}}""", [Shape]),
        ["language is empty"] = ("""{"code":"print(1)","language":""}""", ["unsupported_language"]),
        ["language is \"Python\""] = ("""{"code":"print(1)","language":"Python"}""", ["unsupported_language"]),
        ["language is \"PYTHON\""] = ("""{"code":"print(1)","language":"PYTHON"}""", ["unsupported_language"]),
        ["language is \"JavaScript\""] = ("""{"code":"1","language":"JavaScript"}""", ["unsupported_language"]),
        ["language is \"python3\""] = ("""{"code":"print(1)","language":"python3"}""", ["unsupported_language"]),
        ["language is \"js\""] = ("""{"code":"1","language":"js"}""", ["unsupported_language"]),
        ["language is \"node\""] = ("""{"code":"1","language":"node"}""", ["unsupported_language"]),
        ["language is \"ruby\""] = ("""{"code":"puts 1","language":"ruby"}""", ["unsupported_language"]),
        ["language has a space"] = ("""{"code":"print(1)","language":"python "}""", ["unsupported_language"]),
        ["language has a NUL"] = ("""{"code":"print(1)","language":"python\u0000"}""", ["unsupported_language"]),
        ["language is a number in quotes"] = ("""{"code":"print(1)","language":"0"}""", ["unsupported_language"]),
        ["code stands twice"] = ("""{"code":"print(1)","code":"print(2)","language":"python"}""", Either),
        ["code stands twice with the same value"] = ("""{"code":"print(1)","code":"print(1)","language":"python"}""", Either),
        ["code stands twice, once escaped"] = ("""{"code":"print(1)","c\u006fde":"print(2)","language":"python"}""", Either),
        ["language stands twice"] = ("""{"code":"print(1)","language":"python","language":"javascript"}""", Either),
        ["Code stands for code"] = ("""{"Code":"print(1)","language":"python"}""", [Shape]),
        ["CODE stands beside code"] = ("""{"CODE":"print(1)","code":"print(2)","language":"python"}""", [Shape]),
        ["Language stands for language"] = ("""{"code":"print(1)","Language":"python"}""", [Shape]),
        ["lANGUAGE stands beside language"] = ("""{"code":"print(1)","language":"python","lANGUAGE":"javascript"}""", [Shape]),
        ["a lone high surrogate in code"] = ("""{"code":"x = '\ud800'","language":"python"}""", Either),
        ["a lone low surrogate in code"] = ("""{"code":"x = '\udc00'","language":"python"}""", Either),
        ["surrogates in the wrong order"] = ("""{"code":"x = '\ude00\ud83d'","language":"python"}""", Either),
        ["a lone surrogate in language"] = ("""{"code":"print(1)","language":"python\ud800"}""", [Json, Shape, "unsupported_language"]),
    };

    private static readonly Table<(byte[] Body, int[] Statuses)> Bytes = new()
    {
        ["bytes that are no UTF-8 in code"] = ([.. Service.Utf8("""{"code":"x = '"""), 0xff, .. Service.Utf8("""'","language":"python"}""")], [400]),
        ["an overlong slash in code"] = ([.. Service.Utf8("""{"code":"x = '"""), 0xc0, 0xaf, .. Service.Utf8("""'","language":"python"}""")], [400]),
        ["an encoded surrogate in code"] = ([.. Service.Utf8("""{"code":"x = '"""), 0xed, 0xa0, 0x80, .. Service.Utf8("""'","language":"python"}""")], [400]),
        ["a character cut at the end of the body"] = ([.. Service.Utf8("""{"code":"x = '"""), 0xf0, 0x9f], [400]),
        ["bytes that are no UTF-8 outside the strings"] = ([0xff, .. Service.Utf8("""{"code":"print(1)","language":"python"}""")], [400]),
        ["UTF-16, little end first"] = ([0xff, 0xfe, .. Encoding.Unicode.GetBytes("""{"code":"print(1)","language":"python"}""")], [400, 415]),
        ["UTF-16, big end first"] = ([0xfe, 0xff, .. Encoding.BigEndianUnicode.GetBytes("""{"code":"print(1)","language":"python"}""")], [400, 415]),
        ["UTF-16 with no mark"] = (Encoding.Unicode.GetBytes("""{"code":"print(1)","language":"python"}"""), [400, 415]),
        ["UTF-32"] = (Encoding.UTF32.GetBytes("""{"code":"print(1)","language":"python"}"""), [400, 415]),
        ["arrays nested a hundred thousand deep"] = (Service.Utf8(new string('[', 100_000)), [400]),
        ["a field nested a hundred thousand deep"] = (Service.Utf8("""{"code":"print(1)","language":"python","x":""" + string.Concat(Enumerable.Repeat("{\"x\":", 100_000)) + "1" + new string('}', 100_001)), [400]),
    };

    public static IEnumerable<TheoryDataRow<string>> TextRows => Texts.Rows;

    public static IEnumerable<TheoryDataRow<string>> ByteRows => Bytes.Rows;

    [Theory, MemberData(nameof(TextRows)), Case("H7"), Case("H8")]
    public async Task Refused_is(string body)
    {
        var (text, codes) = Texts[body];

        Problem.Expect(await Service.PostAsync(Service.Utf8(text)), 400, codes);
    }

    [Theory, MemberData(nameof(ByteRows)), Case("H3"), Case("H4")]
    public async Task Refused_are(string body)
    {
        var (bytes, statuses) = Bytes[body];

        var answer = await Service.PostAsync(bytes);

        Assert.Contains(answer.Status, statuses);
        if (answer.Status == 400) Problem.Expect(answer, 400, Either);
        else Problem.From(answer);
    }

    [Fact]
    public async Task An_unknown_language_is_told_the_two()
    {
        var problem = Problem.Expect(await Service.PostAsync(Service.RequestBody("1", "cobol")), 400, "unsupported_language");

        Assert.Contains("python", problem.Detail, StringComparison.Ordinal);
        Assert.Contains("javascript", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_problem_does_not_repeat_the_code()
    {
        const string Canary = "canary-6a1f0c";

        var answer = await Service.PostAsync(Service.Utf8($$"""{"code":"{{Canary}}","language":"{{Canary}}-language","x":}"""));

        Problem.Expect(answer, 400, Json);
        Assert.DoesNotContain(Canary, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_fields_are_ignored_and_named()
    {
        var answer = await Service.PostAsync(Service.Utf8("""{"code":"print(1)","language":"python","timeout":5,"stdin":{"a":[1,null]}}"""));

        Execution.From(answer).AssertExit(0).AssertStdout("1\n");
        var named = string.Join(',', answer.HeaderValues("Mayfly-Ignored-Fields")).Split(',', StringSplitOptions.TrimEntries);
        Assert.Equal(["stdin", "timeout"], named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Nothing_ignored_means_no_header()
    {
        var answer = await Service.PostAsync(Service.RequestBody("print(1)", "python"));

        Execution.From(answer).AssertExit(0);
        Assert.Empty(answer.HeaderValues("Mayfly-Ignored-Fields"));
    }

    [Theory]
    [InlineData("""{"code":"print(1)","language":"python","x\r\nSet-Cookie: a=b":1}""")]
    [InlineData("""{"code":"print(1)","language":"python","größe 漢 😀":1}""")]
    [InlineData("""{"code":"print(1)","language":"python","\u0000":1,"":2,",":3}""")]
    public async Task Names_of_unknown_fields_cannot_break_the_header(string body)
    {
        var answer = await Service.PostAsync(Service.Utf8(body));

        Execution.From(answer).AssertExit(0);
        Assert.Empty(answer.HeaderValues("Set-Cookie"));
        Assert.All(string.Concat(answer.HeaderValues("Mayfly-Ignored-Fields")), c => Assert.InRange(c, ' ', '~'));
    }

    [Fact]
    public async Task Ten_thousand_unknown_fields_do_not_make_a_header_without_end()
    {
        var fields = string.Concat(Enumerable.Range(0, 10_000).Select(i => $",\"field{i}\":{i}"));

        var answer = await Service.PostAsync(Service.Utf8($$"""{"code":"print(1)","language":"python"{{fields}}}"""));

        // Refusing them is as good as a bounded header; breaking is not.
        Assert.True(answer.Status is 200 or 400, answer.ToString());
        Assert.InRange(string.Concat(answer.HeaderValues("Mayfly-Ignored-Fields")).Length, 0, 8192);
    }

    [Theory]
    [InlineData("""{"code":"print(1)","language":"python","codes":"x"}""", "codes")]
    [InlineData("""{"code":"print(1)","language":"python","x":1,"x":2}""", "x")]
    public async Task Fields_of_other_names_are_not_confused_with_ours(string body, string named)
    {
        var answer = await Service.PostAsync(Service.Utf8(body));

        // The same unknown name twice may be refused as a duplicate key: the contract names keys, not only its own.
        if (answer.Status == 400 && named == "x")
        {
            Problem.Expect(answer, 400, Either);
            return;
        }

        Execution.From(answer).AssertExit(0);
        Assert.Equal(named, answer.Header("Mayfly-Ignored-Fields"));
    }
}
