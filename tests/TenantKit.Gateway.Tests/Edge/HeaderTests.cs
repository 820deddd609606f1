using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TenantKit.Control;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Edge;

public sealed class HeaderTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    [Theory]
    [InlineData("X-TenantKit-Identity")]
    [InlineData("x-tenantkit-identity")]
    [InlineData("X_TenantKit_Identity")]
    [InlineData("X-TenantKit-Anything")]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Forwarded-Host")]
    [InlineData("X-Forwarded-Port")]
    [InlineData("X-Forwarded-Ssl")]
    [InlineData("Forwarded")]
    [InlineData("X-Real-IP")]
    [InlineData("X-Original-URL")]
    [InlineData("X-Rewrite-URL")]
    [InlineData("X-HTTP-Method-Override")]
    [InlineData("X-Request-Id")]
    public async Task Header_ThatOnlyTheGatewayMaySet_IsNotTakenFromTheClient(string name)
    {
        using var response = await fixture.Tenant.GetAsync("/echo", (name, "evil"));

        var echo = await GatewayHost.EchoAsync(response);
        Assert.DoesNotContain(echo.Headers, header => header.Value.Contains("evil"));
    }

    [Fact]
    public async Task Identity_OfTheCaller_IsSignedForTheTenant()
    {
        using var response = await fixture.Tenant.GetAsync("/echo");
        var echo = await GatewayHost.EchoAsync(response);
        using var keys = await fixture.Host.Client.GetAsync(new Uri(fixture.Host.InternalUrl, WireProtocol.IdentityKeysPath), TestContext.Current.CancellationToken);
        var set = new JsonWebKeySet(await keys.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        var result = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(Assert.Single(echo.Headers[WireProtocol.IdentityHeader]), new TokenValidationParameters
        {
            ValidIssuer = WireProtocol.IdentityIssuer,
            ValidAudience = fixture.Tenant.Id,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKeys = set.GetSigningKeys(),
        });

        Assert.True(result.IsValid, result.Exception?.ToString());
        Assert.Equal(fixture.Tenant.Name, result.Claims[WireProtocol.TenantNameClaim]);
        Assert.Equal("user", result.Claims[AccessTokenClaims.Role]);
        Assert.StartsWith("user", (string)result.Claims["sub"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Identity_NominatedAsHopByHop_StillArrives()
    {
        var answer = await RawClient.SendAsync(
            fixture.Host.Url,
            $"GET /echo HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {fixture.Tenant.Token}\r\nConnection: close, X-TenantKit-Identity, X-Forwarded-For\r\n\r\n");

        Assert.Equal(200, RawClient.Status(answer));
        Assert.Contains("X-TenantKit-Identity", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("X-Forwarded-For", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Forwarding_OfARequest_TellsWhereItCameFrom()
    {
        using var response = await fixture.Tenant.GetAsync("/echo");

        var echo = await GatewayHost.EchoAsync(response);
        Assert.Equal(["127.0.0.1"], echo.Headers["X-Forwarded-For"]);
        Assert.Equal(["http"], echo.Headers["X-Forwarded-Proto"]);
        Assert.Equal([fixture.Host.Url.Authority], echo.Headers["X-Forwarded-Host"]);
        Assert.Equal([$"/t/{fixture.Tenant.Name}"], echo.Headers["X-Forwarded-Prefix"]);
        Assert.Equal([fixture.Host.Url.Authority], echo.Headers["Host"]);
        Assert.Equal(response.Headers.GetValues("X-Request-Id"), echo.Headers["X-Request-Id"]);
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", Assert.Single(echo.Headers["traceparent"]));
    }

    [Fact]
    public async Task Credentials_OfTheGateway_NeverReachTheApp()
    {
        using var response = await fixture.Tenant.GetAsync("/echo", ("Cookie", "a=1; tk-session=x; tk%2Dsession=y; __Host-tk-session=z; tk%252dsession=w; __Host-tk=v; __%48ost-tk=u; __host-tk-admin=t; b=2"));

        var echo = await GatewayHost.EchoAsync(response);
        Assert.False(echo.Headers.ContainsKey("Authorization"));
        Assert.Equal(["a=1; b=2"], echo.Headers["Cookie"]);
    }

    [Fact]
    public async Task Answer_OfAnApp_TellsNothingOfTheInside()
    {
        using var response = await fixture.Tenant.GetAsync("/leaky");

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        foreach (var name in new[] { "Server", "X-Powered-By", "X-AspNet-Version", "X-TenantKit-Identity", "Via", "WWW-Authenticate" })
        {
            Assert.False(response.Headers.Contains(name), name);
        }

        Assert.Equal("/next?x=1", response.Headers.Location!.OriginalString);
        Assert.Equal(["mine=1; Path=/"], response.Headers.GetValues("Set-Cookie"));
    }
}
