using System.Text;
using Mayfly.Bench.Http;

namespace Mayfly.UnitTests.Bench;

public sealed class HttpAnswerTests
{
    private const string Plain = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\nhello";
    private const string Chunked = "HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";

    [Theory]
    [InlineData(Plain, 200)]
    [InlineData(Chunked, 503)]
    public void A_body_is_found_in_one_piece_and_in_chunks(string answer, int status)
    {
        var bytes = Encoding.ASCII.GetBytes(answer);

        Assert.True(HttpAnswer.TryParse(bytes, out var parts));
        Assert.Equal(status, parts.Status);
        Assert.Equal("hello", Encoding.ASCII.GetString(bytes, parts.Body, parts.BodyLength));
        Assert.Equal(bytes.Length, parts.Total);
    }

    [Theory]
    [InlineData(Plain)]
    [InlineData(Chunked)]
    public void An_answer_that_is_not_all_there_is_left_as_it_is(string answer)
    {
        for (var length = 0; length < answer.Length; length++)
        {
            var bytes = Encoding.ASCII.GetBytes(answer[..length]);

            Assert.False(HttpAnswer.TryParse(bytes, out _), $"{length} bytes");
            Assert.Equal(answer[..length], Encoding.ASCII.GetString(bytes));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nX: y\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("SSH-2.0-x\r\n\r\n")]
    public void What_is_no_answer_is_refused(string bytes) =>
        Assert.Throws<InvalidDataException>(() => HttpAnswer.TryParse(Encoding.ASCII.GetBytes(bytes), out _));
}
