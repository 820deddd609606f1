using TenantKit.Agent.Tests.Fakes;

namespace TenantKit.Agent.Tests.Forwarded;

public sealed class ForwardedStartupFilterTests
{
    [Fact]
    public async Task Forwarded_FromTheGateway_IsTheAddressTheAppSees()
    {
        await using var app = await AgentApp.StartAsync();

        Assert.Equal("nobody https://acme.example:5081/t/acme", await GetAsync(app, "/t/acme", "https", "acme.example:5081"));
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/t/\"><script>")]
    [InlineData("t/acme")]
    public async Task Forwarded_PrefixThatIsNoPath_IsIgnored(string prefix)
    {
        await using var app = await AgentApp.StartAsync();

        Assert.Equal("nobody http://localhost", await GetAsync(app, prefix, "ftp", "a b"));
    }

    [Fact]
    public async Task Forwarded_WhenStandAlone_IsIgnored()
    {
        await using var app = await AgentApp.StartAsync(standAlone: true);

        Assert.Equal("nobody http://localhost", await GetAsync(app, "/t/acme", "https", "acme.example"));
    }

    private static async Task<string> GetAsync(AgentApp app, string prefix, string scheme, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/open");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Prefix", prefix);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", scheme);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", host);
        using var answer = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
