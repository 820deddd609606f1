using System.Net;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Forwarding;

/// <summary>An app that has its answer before it has read the request, and closes: the upload is too large, the page is none, the user may not.</summary>
public sealed class EarlyAnswerTests
{
    private const char HangUp = '\uFFFF';
    private const string TooLarge = "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 12\r\nConnection: close\r\n\r\ntoo big here";
    private const long Length = 8 << 20;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_BeforeTheBodyWasRead_ReachesTheClient(bool dedicated)
    {
        await using var host = await GatewayHost.StartAsync(dedicated: dedicated);
        using var instance = new RawInstance(_ => TooLarge + HangUp);
        var tenant = await host.AddTenantAsync(instance);
        for (var i = 1; i <= 20; i++)
        {
            using var answer = await tenant.SendAsync(HttpMethod.Post, "/upload", new GeneratedBody(Length));

            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
            Assert.Equal("too big here", await answer.Content.ReadAsStringAsync(Ended));
            Assert.Equal(i, instance.Requests);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NoAnswer_WhereTheBodyWasCutOff_Is502AndTheRequestIsNotRepeated(bool dedicated)
    {
        await using var host = await GatewayHost.StartAsync(dedicated: dedicated);
        using var instance = new RawInstance(_ => null);
        var tenant = await host.AddTenantAsync(instance);
        for (var i = 1; i <= 10; i++)
        {
            using var answer = await tenant.SendAsync(HttpMethod.Post, "/upload", new GeneratedBody(Length));

            Assert.True(answer.StatusCode is HttpStatusCode.BadGateway, $"{answer.StatusCode}");
            Assert.Contains("upstream_failed", await answer.Content.ReadAsStringAsync(Ended), StringComparison.Ordinal);
            Assert.Equal(i, instance.Requests);
        }
    }
}
