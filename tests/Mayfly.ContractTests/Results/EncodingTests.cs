using static Mayfly.ContractTests.ProgramCase;

namespace Mayfly.ContractTests.Results;

/// <summary>Bytes in, bytes out: what a program writes comes back character by character, and code arrives as it was sent.</summary>
public sealed class EncodingTests(Service service) : ServiceTests(service)
{
    private const string Bom = "\uFEFF";

    private static readonly Table<ProgramCase> Output = new()
    {
        ["python: emoji, accents, CJK and right-to-left come back verbatim"] = Python("print('😀 é 漢字 שלום e\u0301')").Prints("😀 é 漢字 שלום e\u0301\n"),
        ["python: bytes that are no UTF-8 are U+FFFD, NUL stays"] = Python(@"import sys; sys.stdout.buffer.write(b'\xff\x00')").Prints("\uFFFD\0"),
        ["python: each stray byte is one U+FFFD"] = Python(@"import sys; sys.stdout.buffer.write(b'a\xff\xfeb\x80c')").Prints("a\uFFFD\uFFFDb\uFFFDc"),
        ["python: a character cut by the program's end is one U+FFFD"] = Python(@"import sys; sys.stdout.buffer.write(b'ok\xf0\x9f\x98')").Prints("ok\uFFFD"),
        ["python: overlong forms are no characters"] = Python(@"import sys; sys.stdout.buffer.write(b'\xc0\xaf')").Prints("\uFFFD\uFFFD"),
        ["python: encoded surrogates are no characters"] = Python(@"import sys; sys.stdout.buffer.write(b'<\xed\xa0\x80>')").PrintsLike("<\uFFFD{1,3}>"),
        ["python: beyond U+10FFFF are no characters"] = Python(@"import sys; sys.stdout.buffer.write(b'<\xf4\x90\x80\x80>')").PrintsLike("<\uFFFD{1,4}>"),
        ["python: stderr is decoded the same way"] = Python(@"import sys; sys.stderr.buffer.write(b'\xff\x00\xc3\xa9')").Complains("\uFFFD\0é"),
        ["python: characters split over two writes stay whole"] = Python(@"import os, time; os.write(1, b'\xf0\x9f'); time.sleep(0.1); os.write(1, b'\x98\x80')").Prints("😀"),
        ["python: CR, LF and CRLF are kept"] = Python(@"import sys; sys.stdout.buffer.write(b'a\r\nb\rc\nd')").Prints("a\r\nb\rc\nd"),
        ["python: no newline is added"] = Python("print('x', end='')").Prints("x"),
        ["python: ANSI escapes are kept"] = Python(@"print('\x1b[31mred\x1b[0m\x07\x08')").Prints("\x1b[31mred\x1b[0m\x07\x08\n"),
        ["python: all control characters are kept"] = Python("import sys; sys.stdout.buffer.write(bytes(range(32)) + b'\\x7f')").Prints(new string([.. Enumerable.Range(0, 32).Select(c => (char)c)]) + "\x7f"),
        ["python: C1 controls and line separators are kept"] = Python(@"print('\x85\u2028\u2029', end='')").Prints("\u0085\u2028\u2029"),
        ["python: a BOM at the start of the output is kept"] = Python(@"import sys; sys.stdout.buffer.write(b'\xef\xbb\xbfx')").Prints(Bom + "x"),
        ["python: quotes, backslashes and markup are kept"] = Python("""print('"\\/</script><b>&amp;')""").Prints("\"\\/</script><b>&amp;\n"),
        ["python: the last code points are kept"] = Python(@"print('\uffff\U0010ffff\ue000', end='')").Prints("\uFFFF\U0010FFFF\uE000"),
        ["python: a lone surrogate cannot be printed, as in a plain interpreter"] = Python(@"print('\ud800')").Exits(1).ComplainsWith("UnicodeEncodeError"),
        ["python: ascii() of anything is ASCII"] = Python("print(ascii('é😀'))").Prints("'\\xe9\\U0001f600'\n"),
        ["javascript: emoji, accents, CJK and right-to-left come back verbatim"] = JavaScript("console.log('😀 é 漢字 שלום e\u0301')").Prints("😀 é 漢字 שלום e\u0301\n"),
        ["javascript: bytes that are no UTF-8 are U+FFFD, NUL stays"] = JavaScript("process.stdout.write(Buffer.from([0xff, 0]))").Prints("\uFFFD\0"),
        ["javascript: stderr is decoded the same way"] = JavaScript("process.stderr.write(Buffer.from([0xff, 0, 0xc3, 0xa9]))").Complains("\uFFFD\0é"),
        ["javascript: a lone surrogate is U+FFFD"] = JavaScript(@"console.log('<\ud800>')").Prints("<\uFFFD>\n"),
        ["javascript: CR, LF and CRLF are kept"] = JavaScript(@"process.stdout.write('a\r\nb\rc\nd')").Prints("a\r\nb\rc\nd"),
        ["javascript: ANSI escapes are kept"] = JavaScript(@"console.log('\x1b[31mred\x1b[0m')").Prints("\x1b[31mred\x1b[0m\n"),
        ["javascript: line separators are kept"] = JavaScript(@"process.stdout.write('\u2028\u2029\u0085')").Prints("\u2028\u2029\u0085"),
        ["javascript: a BOM at the start of the output is kept"] = JavaScript(@"process.stdout.write('\ufeffx')").Prints(Bom + "x"),
        ["javascript: no colours are added, stdout is no terminal"] = JavaScript("console.log({ a: 1, b: 'x' }, process.stdout.isTTY)").Prints("{ a: 1, b: 'x' } undefined\n"),
    };

    private static readonly Table<ProgramCase> Code = new()
    {
        ["python: non-ASCII names and strings"] = Python("größe = '漢'\nprint(größe, len(größe), '😀'.encode().hex())").Prints("漢 1 f09f9880\n"),
        ["python: CRLF lines"] = Python("x = 1\r\nif x:\r\n    print('yes')\r\n").Prints("yes\n"),
        ["python: CRLF inside a string reads as LF, as from any file"] = Python("print(repr('''a\r\nb'''))").Prints("'a\\nb'\n"),
        ["python: the file holds exactly the bytes sent"] = Python("print(open(__file__, 'rb').read())\r\n# é\t").Prints("b\"print(open(__file__, 'rb').read())\\r\\n# \\xc3\\xa9\\t\"\n"),
        ["python: a BOM in front of the code is accepted, as in any file"] = Python(Bom + "print('bom')").Prints("bom\n"),
        ["python: a NUL in the code reaches the interpreter, which refuses it"] = Python("print('before')\nx = 'a\0b'\n").Exits(1).ComplainsWith("null bytes"),
        ["python: code is never cut at a NUL"] = Python("#\0\nimport nonsense").Exits(1).ComplainsWith("null bytes"),
        ["python: a coding line is honoured as in any file"] = Python("# -*- coding: latin-1 -*-\nprint(len('é'))").Prints("2\n"),
        ["python: no newline at the end of the file"] = Python("print('x')").Prints("x\n"),
        ["python: a comment alone"] = Python("# nothing"),
        ["python: a form feed between statements"] = Python("x = 1\n\f\nprint(x)").Prints("1\n"),
        ["python: U+2028 in a string is no line end"] = Python("print('a\u2028b')").Prints("a\u2028b\n"),
        ["javascript: non-ASCII names and strings"] = JavaScript("const größe = '漢'; console.log(größe, größe.length, '😀'.length)").Prints("漢 1 2\n"),
        ["javascript: CRLF lines"] = JavaScript("const x = 1;\r\nif (x) {\r\n  console.log('yes');\r\n}\r\n").Prints("yes\n"),
        ["javascript: the file holds exactly the bytes sent"] = JavaScript("console.log(require('fs').readFileSync(__filename).toString('hex').slice(-12)) // é\r\n\t").Prints("20c3a90d0a09\n"),
        ["javascript: a BOM in front of the code is accepted, as in any file"] = JavaScript(Bom + "console.log('bom')").Prints("bom\n"),
        ["javascript: a NUL in a string is a character"] = JavaScript("console.log('a\0b'.length)").Prints("3\n"),
        ["javascript: a NUL between tokens is a syntax error"] = JavaScript("console.log(1)\0").Exits(1).ComplainsWith("SyntaxError"),
        ["javascript: U+2028 in a string is a character"] = JavaScript("console.log('a\u2028b'.length)").Prints("3\n"),
        ["javascript: a hashbang line is skipped"] = JavaScript("#!/usr/bin/env node\nconsole.log('ran')").Prints("ran\n"),
        ["javascript: a comment alone"] = JavaScript("// nothing"),
    };

    private static readonly Table<(string Body, string Stdout)> Escapes = new()
    {
        ["escapes in the code are undone"] = ("""{"code":"\u0070rint(\"\\u00e9\", '\t'.isspace())","language":"python"}""", "é True\n"),
        ["a pair of escaped surrogates is one character"] = ("""{"code":"print(len('\ud83d\ude00'))","language":"python"}""", "1\n"),
        ["escapes in the field names are undone"] = ("""{"\u0063ode":"print(1)","l\u0061nguage":"python"}""", "1\n"),
        ["escapes in the language are undone"] = ("""{"code":"print(1)","language":"\u0070ython"}""", "1\n"),
        ["the order of the fields does not matter"] = ("""{"language":"python","code":"print(1)"}""", "1\n"),
        ["white space around everything does not matter"] = (" \t\r\n{ \"code\" : \"print(1)\" ,\n\t\"language\" : \"python\" } \r\n ", "1\n"),
        ["a BOM in front of the body is accepted"] = (Bom + """{"code":"print(1)","language":"python"}""", "1\n"),
        ["an escaped NUL reaches a string of JavaScript"] = ("""{"code":"console.log('a\u0000b'.length)","language":"javascript"}""", "3\n"),
        ["escaped solidus"] = ("""{"code":"print(6\/2)","language":"python"}""", "3.0\n"),
    };

    public static IEnumerable<TheoryDataRow<string>> OutputRows => Output.Rows;

    public static IEnumerable<TheoryDataRow<string>> CodeRows => Code.Rows;

    public static IEnumerable<TheoryDataRow<string>> EscapeRows => Escapes.Rows;

    [Theory, MemberData(nameof(OutputRows))]
    public Task Output_comes_back_as_written(string claim) => Output[claim].RunAsync(Service);

    [Theory, MemberData(nameof(CodeRows))]
    public Task Code_arrives_as_sent(string claim) => Code[claim].RunAsync(Service);

    [Theory, MemberData(nameof(EscapeRows))]
    public async Task Json_is_read_as_json(string claim)
    {
        var (body, stdout) = Escapes[claim];

        Execution.From(await Service.PostAsync(Service.Utf8(body))).AssertExit(0).AssertStdout(stdout);
    }
}
