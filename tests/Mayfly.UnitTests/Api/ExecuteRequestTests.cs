using System.Text;
using System.Text.Json;
using CsCheck;
using Mayfly.Api;
using Mayfly.Dispatch;

namespace Mayfly.UnitTests.Api;

public sealed class ExecuteRequestTests
{
    private const int MaxCode = 1000;

    private static readonly JsonSerializerOptions Verbatim = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string, string> Refused => new()
    {
        { "", "InvalidJson" },
        { " \n\t", "InvalidJson" },
        { "print(1)", "InvalidJson" },
        { """{"code":"x","language":"python"} x""", "InvalidJson" },
        { """{"code":"x","language":"python"}{}""", "InvalidJson" },
        { """{"code":"x","language":"python",}""", "InvalidJson" },
        { """{"code":"x",/**/"language":"python"}""", "InvalidJson" },
        { """{"code":"x" "language":"python"}""", "InvalidJson" },
        { """{"code":"x","language":"python","a":NaN}""", "InvalidJson" },
        { """{"code":"x","language":"python","a":01}""", "InvalidJson" },
        { "{\"code\":\"a\nb\",\"language\":\"python\"}", "InvalidJson" },
        { """{"code":"\x31","language":"python"}""", "InvalidJson" },
        { "[]", "InvalidRequest" },
        { "null", "InvalidRequest" },
        { "\"x\"", "InvalidRequest" },
        { """{"code":null,"language":"python"}""", "InvalidRequest" },
        { """{"code":1,"language":"python"}""", "InvalidRequest" },
        { """{"code":["x"],"language":"python"}""", "InvalidRequest" },
        { """{"code":{"code":"x"},"language":"python"}""", "InvalidRequest" },
        { """{"code":"x","language":null}""", "InvalidRequest" },
        { """{"code":"x","language":true}""", "InvalidRequest" },
        { """{"code":"x"}""", "InvalidRequest" },
        { """{"code":"x","code":"y","language":"python"}""", "InvalidRequest" },
        { """{"code":"x","c\u006fde":"y","language":"python"}""", "InvalidRequest" },
        { """{"Code":"x","language":"python"}""", "InvalidRequest" },
        { """{"code":"x","CODE":"y","language":"python"}""", "InvalidRequest" },
        { """{"code":"x","LANGUAGE":"python"}""", "InvalidRequest" },
        { """{"code":"x","language":"python","a":1,"a":2}""", "InvalidRequest" },
        { """{"code":"x","language":"python","a":1,"a":{"b":[1,"c"]}}""", "InvalidRequest" },
        { """{"code":"x","language":"python","a":1,"a":{"b":[1,"c"]}} x""", "InvalidJson" },
        { """{"code":"x","Code":{"language":"ruby"},"language":"python"}""", "InvalidRequest" },
        { """{"code":"x","language":"python","a":1,"A":2}""", "InvalidRequest" },
        { """{"code":"\ud800","language":"python"}""", "InvalidRequest" },
        { """{"code":"\udc00\ud800","language":"python"}""", "InvalidRequest" },
        { """{"code":"x","language":"python\udfff"}""", "InvalidRequest" },
        { """{"code":"x","language":"python","a\ud800":1}""", "InvalidRequest" },
        { """{"code":"x","language":"python","a":["\ud800"]}""", "InvalidRequest" },
        { """{"code":"x","language":"python","a":{"\ud800":1}}""", "InvalidRequest" },
        { "{}", "CodeRequired" },
        { """{"language":"python"}""", "CodeRequired" },
        { """{"code":"","language":"python"}""", "CodeRequired" },
        { """{"code":" \t\r\n\u00a0\u2003\u3000","language":"python"}""", "CodeRequired" },
        { """{"code":"x","language":""}""", "UnsupportedLanguage" },
        { """{"code":"x","language":"Python"}""", "UnsupportedLanguage" },
        { """{"code":"x","language":"python "}""", "UnsupportedLanguage" },
        { """{"code":"x","language":"js"}""", "UnsupportedLanguage" },
        { """{"code":"x","language":"0"}""", "UnsupportedLanguage" },
    };

    public static TheoryData<string, string> Accepted => new()
    {
        { """{"code":"x","language":"python"}""", "x" },
        { """{"language":"javascript","code":"x"}""", "x" },
        { "\uFEFF{\"code\":\"x\",\"language\":\"python\"}", "x" },
        { " { \"code\" : \"x\" , \"language\" : \"python\" } \r\n", "x" },
        { """{"c\u006fde":"x","language":"pyth\u006fn"}""", "x" },
        { """{"code":"a\u0000b","language":"python"}""", "a\0b" },
        { """{"code":"\u0000","language":"python"}""", "\0" },
        { """{"code":"\ud83d\ude00 é\n","language":"python"}""", "😀 é\n" },
        { """{"code":"\uFEFFx","language":"python"}""", "\uFEFFx" },
        { """{"code":"x","language":"python","x":{"code":1,"code":2,"Language":null}}""", "x" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void Refused_is(string body, string code)
    {
        var request = Parse(body);

        Assert.Equal(code, request.Problem?.Code.ToString());
        Assert.Equal(400, request.Problem!.Status);
    }

    [Theory, MemberData(nameof(Accepted))]
    public void Accepted_is(string body, string code)
    {
        var request = Parse(body);

        Assert.Null(request.Problem);
        Assert.Equal(code, Encoding.UTF8.GetString(request.ToExecution().Code.Span));
    }

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { 0xc0, 0xaf })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    [InlineData(new byte[] { 0xf0, 0x9f })]
    public void Bytes_that_are_not_utf8_are_refused_wherever_they_stand(byte[] bad)
    {
        byte[][] bodies =
        [
            [.. """{"code":"x"""u8, .. bad, .. "\",\"language\":\"python\"}"u8],
            [.. """{"code":"x","language":"python","a":"""u8, (byte)'"', .. bad, .. "\"}"u8],
            [.. """{"code":"x","language":"python"}"""u8, .. bad],
        ];

        Assert.All(bodies, body => Assert.Equal(ProblemCode.InvalidJson, ExecuteRequest.Parse(body, MaxCode).Problem?.Code));
    }

    [Fact]
    public void Code_is_measured_in_bytes_of_utf8()
    {
        var fits = new string('é', MaxCode / 2);

        Assert.Null(Parse(TestGateway.Body(fits)).Problem);
        Assert.Equal(ProblemCode.CodeTooLarge, Parse(TestGateway.Body(fits + "x")).Problem?.Code);
    }

    [Fact]
    public void Depth_is_bounded()
    {
        Assert.NotNull(Parse(new string('[', 100_000)).Problem);
        Assert.Equal(ProblemCode.InvalidJson, Parse("""{"code":"x","language":"python","a":""" + new string('[', 100) + new string(']', 100) + "}").Problem?.Code);
    }

    [Fact]
    public void Fields_are_bounded()
    {
        string Many(int count) => "{\"code\":\"x\",\"language\":\"python\"" + string.Concat(Enumerable.Range(0, count).Select(i => $",\"f{i}\":{i}")) + "}";

        Assert.Null(Parse(Many(62)).Problem);
        Assert.Equal(ProblemCode.InvalidRequest, Parse(Many(63)).Problem?.Code);
        Assert.InRange(Parse(Many(100_000)).Ignored.Count, 0, 64);
    }

    [Fact]
    public void Unknown_fields_are_named_in_order()
    {
        Assert.Equal(["timeout", "stdin"], Parse("""{"timeout":5,"code":"x","stdin":[{"a":"\n"}],"language":"python"}""").Ignored);
    }

    [Fact]
    public void A_problem_names_no_type_of_ours_and_repeats_no_code()
    {
        foreach (var body in Refused.Select(row => row.Data.Item1))
        {
            var detail = Parse(body.Replace("\"x", "\"canary", StringComparison.Ordinal)).Problem!.Detail;
            Assert.DoesNotMatch(@"System\.|Mayfly|Exception|canary", detail);
            Assert.DoesNotContain(detail, char.IsControl);
        }
    }

    [Fact]
    public void What_is_shown_of_a_client_is_short_and_harmless()
    {
        var detail = Parse(JsonSerializer.Serialize(new { code = "x", language = "\u001b[31m" + new string('a', 5000) })).Problem!.Detail;

        Assert.InRange(detail.Length, 1, 200);
        Assert.DoesNotContain(detail, char.IsControl);
    }

    [Fact]
    public void Whatever_a_serializer_writes_is_read_back()
    {
        Gen.Select(Gen.String.Where(IsProgram), Gen.Bool, Gen.Bool).Sample((code, python, escaped) =>
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(new { code, language = python ? "python" : "javascript" }, escaped ? JsonSerializerOptions.Default : Verbatim);
            var request = ExecuteRequest.Parse(body, int.MaxValue);
            return request.Problem is null
                && request.Language == (python ? Language.Python : Language.JavaScript)
                && request.ToExecution().Code.Span.SequenceEqual(Encoding.UTF8.GetBytes(code));
        });
    }

    // The library's own strict reader judges what is JSON at all; ours may refuse more, never less.
    [Fact]
    public void Nothing_is_accepted_that_a_strict_reader_refuses()
    {
        var seed = Encoding.UTF8.GetBytes("""{"code":"print('\u00e9 \ud83d\ude00')","language":"python","x":[1,{"y":null}]}""");
        var change = Gen.Select(Gen.Int[0, seed.Length - 1], Gen.Byte, Gen.Int[0, 2]);
        change.Array[1, 4].Sample(changes =>
        {
            var body = seed.ToList();
            foreach (var (at, value, kind) in changes)
            {
                var place = at % body.Count;
                if (kind == 0) body[place] = value;
                else if (kind == 1) body.Insert(place, value);
                else if (body.Count > 1) body.RemoveAt(place);
            }

            byte[] bytes = [.. body];
            var request = ExecuteRequest.Parse(bytes, MaxCode);
            if (request.Problem is not null) return true;
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.GetProperty("code").GetString() == Encoding.UTF8.GetString(request.ToExecution().Code.Span);
        }, iter: 20_000);
    }

    [Fact]
    public void Garbage_is_answered_with_a_problem_and_never_with_an_exception()
    {
        Gen.Byte.Array[0, 200].Sample(body => ExecuteRequest.Parse(body, MaxCode).Problem is not null, iter: 20_000);
    }

    private static ExecuteRequest Parse(string body) => ExecuteRequest.Parse(Encoding.UTF8.GetBytes(body), MaxCode);

    private static bool IsProgram(string text) =>
        !string.IsNullOrWhiteSpace(text) && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;
}
