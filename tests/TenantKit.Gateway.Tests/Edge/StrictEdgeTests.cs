using System.Text;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Edge;

public sealed class StrictEdgeTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    public static TheoryData<string, string, int, string?> Inputs { get; } = new()
    {
        // name, request (H: a good Host line, A: a good Authorization line), status, code of the gateway's own refusals
        { "no Host", "GET /echo HTTP/1.1\r\nA\r\n", 400, null },
        { "two Hosts", "GET /echo HTTP/1.1\r\nHHA\r\n", 400, null },
        { "empty Host", "GET /echo HTTP/1.1\r\nHost:\r\nA\r\n", 400, "bad_host" },
        { "Host with user", "GET /echo HTTP/1.1\r\nHost: t1@evil\r\nA\r\n", 400, null },
        { "Host with trailing dot", "GET /echo HTTP/1.1\r\nHost: localhost.\r\nA\r\n", 400, "bad_host" },
        { "Host upper case", "GET /echo HTTP/1.1\r\nHost: LOCALHOST\r\nA\r\n", 200, null },
        { "Host with underscore", "GET /echo HTTP/1.1\r\nHost: a_b.localhost\r\nA\r\n", 400, "bad_host" },
        { "unknown Host", "GET /echo HTTP/1.1\r\nHost: evil.example\r\nA\r\n", 404, "tenant_not_found" },
        { "two labels before the base domain", "GET /echo HTTP/1.1\r\nHost: a.b.localhost\r\nA\r\n", 404, "tenant_not_found" },
        { "absolute form", "GET http://localhost/echo HTTP/1.1\r\nHost: localhost\r\nA\r\n", 400, "bad_target" },
        { "absolute form, other authority", "GET http://evil/echo HTTP/1.1\r\nHost: localhost\r\nA\r\n", 400, null },
        { "HTTP/1.0 without Host", "GET /echo HTTP/1.0\r\nA\r\n", 400, "bad_host" },
        { "HTTP/1.2", "GET /echo HTTP/1.2\r\nHA\r\n", 505, null },
        { "TE and CL", "POST /echo HTTP/1.1\r\nHATransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400, "ambiguous_framing" },
        { "two CL", "POST /echo HTTP/1.1\r\nHAContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400, null },
        { "TE on HTTP/1.0", "POST /echo HTTP/1.0\r\nHATransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "ambiguous_framing" },
        { "TE gzip", "POST /echo HTTP/1.1\r\nHATransfer-Encoding: gzip\r\n\r\n", 400, null },
        { "bare line feed", "GET /echo HTTP/1.1\r\nHost: localhost\nX-Evil: 1\r\nA\r\n", 400, null },
        { "dot segment", "GET /a/../echo HTTP/1.1\r\nHA\r\n", 400, "bad_target" },
        { "encoded dot segment", "GET /a/%2e%2e/echo HTTP/1.1\r\nHA\r\n", 400, "bad_target" },
        { "encoded slash traversal", "GET /a/..%2f..%2fb HTTP/1.1\r\nHA\r\n", 400, "bad_target" },
        { "double encoded dot", "GET /%252e HTTP/1.1\r\nHA\r\n", 400, "bad_target" },
        { "backslash", "GET /a\\b HTTP/1.1\r\nHA\r\n", 400, "bad_target" },
        { "encoded backslash", "GET /a%5cb HTTP/1.1\r\nHA\r\n", 400, "bad_target" },
        { "NUL", "GET /a%00b HTTP/1.1\r\nHA\r\n", 400, null },
        { "two slashes", "GET //evil.com/x HTTP/1.1\r\nHA\r\n", 400, "bad_target" },
        { "encoded slash", "GET /a%2fb HTTP/1.1\r\nHA\r\n", 400, "bad_target" },
        { "path parameter", "GET /a;x=1/b HTTP/1.1\r\nHA\r\n", 200, null },
        { "number sign", "GET /a#b HTTP/1.1\r\nHA\r\n", 400, "bad_target" },
        { "encoded number sign", "GET /a%23b HTTP/1.1\r\nHA\r\n", 400, "bad_target" },
        { "overlong UTF-8", "GET /a%c0%aeb HTTP/1.1\r\nHA\r\n", 400, "bad_target" },
        { "broken escape", "GET /a%zzb HTTP/1.1\r\nHA\r\n", 400, "bad_target" },
        { "encoded line break", "GET /a%0d%0ab HTTP/1.1\r\nHA\r\n", 400, "bad_target" },
        { "encoded question mark", "GET /a%3fb HTTP/1.1\r\nHA\r\n", 400, "bad_target" },
        { "valid UTF-8", "GET /caf%C3%A9 HTTP/1.1\r\nHA\r\n", 200, null },
        { "CONNECT", "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\nA\r\n", 405, "method_not_allowed" },
        { "TRACE", "TRACE /echo HTTP/1.1\r\nHA\r\n", 405, "method_not_allowed" },
        { "unknown method", "FOO /echo HTTP/1.1\r\nHA\r\n", 405, "method_not_allowed" },
        { "lower-case method", "get /echo HTTP/1.1\r\nHA\r\n", 405, "method_not_allowed" },
        { "asterisk form", "OPTIONS * HTTP/1.1\r\nHA\r\n", 400, "bad_target" },
        { "upgrade to h2c", "GET /echo HTTP/1.1\r\nHAConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 400, "unsupported_upgrade" },
        { "upgrade to SPDY", "GET /echo HTTP/1.1\r\nHAConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n", 400, "unsupported_upgrade" },
        { "web socket of another origin", "GET /ws HTTP/1.1\r\nHAConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: https://evil.com\r\n\r\n", 403, "bad_origin" },
        { "web socket of no origin", "GET /ws HTTP/1.1\r\nHAConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: null\r\n\r\n", 403, "bad_origin" },
        { "web socket by POST", "POST /ws HTTP/1.1\r\nHAConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n", 400, "unsupported_upgrade" },
        { "web socket with body", "GET /ws HTTP/1.1\r\nHAConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\nx", 400, "unexpected_body" },
        { "other expectation", "POST /echo HTTP/1.1\r\nHAExpect: 200-ok\r\nContent-Length: 0\r\n\r\n", 417, "unsupported_expectation" },
        { "GET with body", "GET /echo HTTP/1.1\r\nHAContent-Length: 1\r\n\r\nx", 400, "unexpected_body" },
        { "Negotiate", "GET /echo HTTP/1.1\r\nHAuthorization: Negotiate abc\r\n\r\n", 400, "unsupported_authentication" },
        { "body over the limit", "POST /echo HTTP/1.1\r\nHAContent-Length: 40000000\r\n\r\n", 413, "body_too_large" },
        { "gRPC", "POST /echo HTTP/1.1\r\nHAContent-Type: application/grpc\r\nContent-Length: 0\r\n\r\n", 415, "unsupported_media_type" },
        { "two Authorization headers", "GET /echo HTTP/1.1\r\nHAA\r\n", 401, "invalid_token" },

        // What only the bytes show: framing, head, lengths. The web server refuses most of it by itself, without a body.
        { "Host with space", "GET /echo HTTP/1.1\r\nHost: a b\r\nA\r\n", 400, null },
        { "Host with bad port", "GET /echo HTTP/1.1\r\nHost: localhost:99999x\r\nA\r\n", 400, null },
        { "absolute form with user", "GET http://u:p@localhost/echo HTTP/1.1\r\nHost: localhost\r\nA\r\n", 400, null },
        { "HTTP/0.9", "GET /echo\r\n\r\n", 400, null },
        { "HTTP/2.0 in clear text", "GET /echo HTTP/2.0\r\nHA\r\n", 505, null },
        { "two equal CL", "POST /echo HTTP/1.1\r\nHAContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400, null },
        { "CL with plus", "POST /echo HTTP/1.1\r\nHAContent-Length: +1\r\n\r\nx", 200, null },
        { "CL negative", "POST /echo HTTP/1.1\r\nHAContent-Length: -1\r\n\r\nx", 400, null },
        { "CL hexadecimal", "POST /echo HTTP/1.1\r\nHAContent-Length: 0x1\r\n\r\nx", 400, null },
        { "CL list", "POST /echo HTTP/1.1\r\nHAContent-Length: 1,1\r\n\r\nx", 400, null },
        { "CL overflow", "POST /echo HTTP/1.1\r\nHAContent-Length: 18446744073709551616\r\n\r\nx", 400, null },
        { "TE chunked, gzip", "POST /echo HTTP/1.1\r\nHATransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 400, null },
        { "TE xchunked", "POST /echo HTTP/1.1\r\nHATransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400, null },
        { "TE with space before colon", "POST /echo HTTP/1.1\r\nHATransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400, null },
        { "TE with tab before value", "POST /echo HTTP/1.1\r\nHATransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n", 200, null },
        { "TE chunked and identity", "POST /echo HTTP/1.1\r\nHATransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", 400, null },
        { "chunk extension with bare line feed", "POST /count HTTP/1.1\r\nHATransfer-Encoding: chunked\r\n\r\n1;a\nx\r\n0\r\n\r\n", 400, null },
        { "chunk with line feed only", "POST /count HTTP/1.1\r\nHATransfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n", 400, null },
        { "chunk of negative size", "POST /count HTTP/1.1\r\nHATransfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n", 400, null },
        { "chunk size overflow", "POST /count HTTP/1.1\r\nHATransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nx\r\n0\r\n\r\n", 400, null },
        { "folded header", "GET /echo HTTP/1.1\r\nHAX-A: 1\r\n 2\r\n\r\n", 400, null },
        { "NUL in header", "GET /echo HTTP/1.1\r\nHAX-A: a\0b\r\n\r\n", 400, null },
        { "bare carriage return", "GET /echo HTTP/1.1\r\nHAX-A: a\rb\r\n\r\n", 400, null },
        { "empty header name", "GET /echo HTTP/1.1\r\nHA\r\n: 1\r\n\r\n", 400, null },
        { "space in header name", "GET /echo HTTP/1.1\r\nHAX A: 1\r\n\r\n", 400, null },
        { "header name not ASCII", "GET /echo HTTP/1.1\r\nHAX-\u00e9: 1\r\n\r\n", 400, null },
        { "101 headers", "GET /echo HTTP/1.1\r\nHA" + string.Concat(Enumerable.Range(0, 101).Select(i => $"X-{i}: 1\r\n")) + "\r\n", 431, null },
        { "header of 33 KB", "GET /echo HTTP/1.1\r\nHAX-A: " + new string('a', 33 * 1024) + "\r\n\r\n", 431, null },
        { "target of 9 KB", "GET /" + new string('a', 9 * 1024) + " HTTP/1.1\r\nHA\r\n", 414, null },
        { "space in path", "GET /a b HTTP/1.1\r\nHA\r\n", 400, null },
        { "path not ASCII", "GET /caf\u00e9 HTTP/1.1\r\nHA\r\n", 400, null },
        { "POST without length", "POST /echo HTTP/1.1\r\nHA\r\n", 200, null },
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public async Task Request_OfThatForm_GetsThatAnswer(string name, string request, int status, string? code)
    {
        var answer = await SendAsync(request);

        Assert.True(RawClient.Status(answer) == status, $"{name}: {answer}");
        if (code is not null)
        {
            Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Request_Smuggled_IsNeverExecuted()
    {
        var answer = await SendAsync("POST /echo HTTP/1.1\r\nHATransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHA\r\n");

        Assert.Equal(400, RawClient.Status(answer));
        Assert.Equal(1, answer.Split("HTTP/1.1 ").Length - 1);
        Assert.DoesNotContain("/smuggled", fixture.Tenant.App.Seen);
    }

    [Theory]
    [InlineData("X-TenantKit-Identity: evil\r\n")]
    [InlineData("X-TenantKit-Identity: evil\r\nX-TenantKit-Identity: evil2\r\n")]
    [InlineData("X_TenantKit_Identity: evil\r\n")]
    [InlineData("Connection: close, X-TenantKit-Identity\r\nX-TenantKit-Identity: evil\r\n")]
    [InlineData("X-Real-IP: evil\r\nX-Original-URL: /evil\r\nX-HTTP-Method-Override: evil\r\nX-Forwarded-Port: evil\r\nX-Forwarded-Ssl: evil\r\n")]
    [InlineData("Cookie: tk%2Dsession=evil; __%48ost-tk-session=evil; tk%2daffinity=evil; tk-affinity=evil\r\n")]
    public async Task Headers_OfTheGateway_AreNotTakenFromBytesEither(string lines)
    {
        var answer = await RawClient.SendAsync(fixture.Host.Url, $"GET /echo HTTP/1.1\r\n{GoodHost}\r\n{GoodAuthorization}\r\n{lines}\r\n");

        Assert.Equal(200, RawClient.Status(answer));
        Assert.DoesNotContain("evil", answer, StringComparison.Ordinal);
        Assert.Equal(2, answer.Split("X-TenantKit-Identity\":", StringSplitOptions.None).Length);
    }

    [Fact]
    public async Task Body_ThatStopsMidway_IsGivenUpWithinTenSeconds()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var answer = await RawClient.SendAsync(fixture.Host.Url, $"POST /count HTTP/1.1\r\n{GoodHost}\r\n{GoodAuthorization}\r\nContent-Length: 10\r\n\r\nxx", TimeSpan.FromSeconds(15));

        Assert.True(RawClient.Status(answer) == 408, $"after {watch.Elapsed}: {answer}");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 12);
    }

    [Fact]
    public async Task Body_ChunkedOverTheLimit_Is413()
    {
        var body = new StringBuilder();
        for (var i = 0; i < 40; i++)
        {
            body.Append("10000\r\n").Append('x', 0x10000).Append("\r\n");
        }

        var answer = await SendAsync($"POST /count HTTP/1.1\r\nHATransfer-Encoding: chunked\r\n\r\n{body}0\r\n\r\n");

        Assert.True(RawClient.Status(answer) == 413, answer);
    }

    [Fact]
    public async Task Target_ThatWasAdmitted_ArrivesByteForByte()
    {
        using var response = await fixture.Tenant.GetAsync("/caf%C3%A9;v=1/x%20y?q=%2F..%2f&r=a+b");

        Assert.Equal("/caf%C3%A9;v=1/x%20y?q=%2F..%2f&r=a+b", (await GatewayHost.EchoAsync(response)).Target);
    }

    private Task<string> SendAsync(string request)
    {
        var lines = (request.Contains("\r\n\r\n", StringComparison.Ordinal) ? request : request + "\r\n").Split("\r\n");
        return RawClient.SendAsync(fixture.Host.Url, string.Join("\r\n", lines.Select((line, index) => index == 0 ? line : Expand(line))));
    }

    // A line may begin with H and A, each standing for a whole good header line.
    private string Expand(string line) => line switch
    {
        "" or "H" or "A" => line switch { "H" => GoodHost, "A" => GoodAuthorization, _ => line },
        ['H', >= 'A' and <= 'Z', ..] => $"{GoodHost}\r\n{Expand(line[1..])}",
        ['A', >= 'A' and <= 'Z', ..] => $"{GoodAuthorization}\r\n{Expand(line[1..])}",
        _ => line,
    };

    private string GoodHost => $"Host: {fixture.Host.Url.Authority}";

    private string GoodAuthorization => $"Authorization: Bearer {fixture.Tenant.Token}";
}
