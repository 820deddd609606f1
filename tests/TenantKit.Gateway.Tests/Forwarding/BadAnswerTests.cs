using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;
using TenantKit.Templates;

namespace TenantKit.Gateway.Tests.Forwarding;

/// <summary>What an instance may do wrong, byte by byte, and what the client gets.</summary>
public sealed class BadAnswerTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const char HangUp = '\uFFFF';

    public static TheoryData<string, string> Malformed { get; } = new()
    {
        { "a head of 70 KB", "HTTP/1.1 200 OK\r\nX-A: " + new string('a', 70 * 1024) + "\r\nContent-Length: 2\r\n\r\nok" },
        { "a banner", "SSH-2.0-OpenSSH_9.2\r\n" + HangUp },
        { "noise", "\u0001\u0002\u0003\u00ff\u00fe\r\n\r\n" + HangUp },
        { "no answer", string.Empty + HangUp },
        { "half a head", "HTTP/1.1 200 OK\r\nContent-Le" + HangUp },
        { "a bad chunk size before any byte", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nok" + HangUp },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Answer_ThatIsNone_Is502(string name, string bytes)
    {
        await using var host = await GatewayHost.StartAsync();
        var (tenant, instance) = await StartAsync(host, _ => bytes);
        using (instance)
        {
            var answer = await GetAsync(host, tenant);

            Assert.True(RawClient.Status(answer) == 502, $"{name}: {answer}");
            Assert.Contains("\"code\":\"upstream_failed\"", answer, StringComparison.Ordinal);
            Assert.InRange(instance.Requests, 1, 2);
        }
    }

    [Fact]
    public async Task Body_CutInTheMiddle_NeverLooksWhole()
    {
        await using var host = await GatewayHost.StartAsync();
        foreach (var bytes in new[] { "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n" })
        {
            var (tenant, instance) = await StartAsync(host, _ => bytes + HangUp);
            using (instance)
            {
                var answer = await GetAsync(host, tenant);

                // How much of it gets through before the connection is reset is the network's affair.
                Assert.True(RawClient.Status(answer) is 200 or 502 or 0, answer);
                Assert.Equal(1, instance.Requests);
                if (RawClient.Status(answer) != 200 || answer.EndsWith("\r\n\r\n", StringComparison.Ordinal))
                {
                    continue;
                }

                Assert.EndsWith("half", answer.TrimEnd('\r', '\n'), StringComparison.Ordinal); // neither padded nor ended by a last chunk
                Assert.DoesNotContain("\r\n0\r\n", answer, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Answer_WithLengthBesideChunks_IsReframed()
    {
        await using var host = await GatewayHost.StartAsync();
        var (tenant, instance) = await StartAsync(host, _ => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n2\r\nok\r\n0\r\n\r\n");
        using (instance)
        {
            var answer = await GetAsync(host, tenant);

            Assert.Equal(200, RawClient.Status(answer));
            Assert.DoesNotContain("Content-Length: 1", answer, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("ok", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Header_WithACarriageReturn_MakesNoNewLine()
    {
        await using var host = await GatewayHost.StartAsync();
        var (tenant, instance) = await StartAsync(host, _ => "HTTP/1.1 200 OK\r\nX-A: a\rX-Evil: 1\r\nContent-Length: 2\r\n\r\nok");
        using (instance)
        {
            var answer = await GetAsync(host, tenant);

            Assert.DoesNotContain("\rX-Evil", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("\nX-Evil", answer, StringComparison.Ordinal);
            Assert.True(RawClient.Status(answer) is 200 or 502, answer);
        }
    }

    [Fact]
    public async Task Answers_Informational_AreNotTheAnswer()
    {
        await using var host = await GatewayHost.StartAsync();
        var (tenant, instance) = await StartAsync(host, _ => "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + Ok);
        using (instance)
        {
            var answer = await GetAsync(host, tenant);

            Assert.Equal(200, RawClient.Status(answer));
            Assert.EndsWith("ok", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Answer_ThatNobodyAskedFor_NeverReachesTheNextClient()
    {
        await using var host = await GatewayHost.StartAsync();
        var (tenant, instance) = await StartAsync(host, _ => Ok + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
        using (instance)
        {
            for (var i = 0; i < 1_000; i++)
            {
                using var response = await tenant.GetAsync("/echo");
                Assert.Equal("ok", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            }
        }
    }

    [Fact]
    public async Task Connection_ThatWasClosedWhileIdle_CostsNoGetAndRepeatsNoPost()
    {
        await using var host = await GatewayHost.StartAsync();
        var (tenant, instance) = await StartAsync(host, _ => Ok + HangUp);
        using (instance)
        {
            var (failed, sent) = (0, 0);
            for (var i = 0; i < 100; i++)
            {
                using var get = await tenant.GetAsync("/echo");
                Assert.Equal(200, (int)get.StatusCode);
                var before = instance.Requests;
                using var post = await tenant.SendAsync(HttpMethod.Post, "/echo", new StringContent("x"));
                (failed, sent) = (failed + ((int)post.StatusCode == 502 ? 1 : 0), sent + 1);
                Assert.InRange(instance.Requests - before, 0, 1);
            }

            Assert.InRange(failed, 0, sent / 2);
        }
    }

    private static async Task<(TestTenant Tenant, RawInstance Instance)> StartAsync(GatewayHost host, Func<int, string?> answer)
    {
        var instance = new RawInstance(answer);
        return (await host.AddTenantAsync(instance), instance);
    }

    private static Task<string> GetAsync(GatewayHost host, TestTenant tenant) =>
        RawClient.SendAsync(host.Url, $"GET /t/{tenant.Name}/echo HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {tenant.Token}\r\n\r\n");
}
