using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Access;

public sealed class AccessTests : IAsyncLifetime
{
    private GatewayHost host = null!;

    public async ValueTask InitializeAsync() => host = await GatewayHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Tenant_ByTokenPathAndHost_IsTheSame()
    {
        var tenant = await host.AddTenantAsync();

        foreach (var response in new[]
        {
            await host.GetAsync("/echo", tenant.Token),
            await host.GetAsync($"/t/{tenant.Name}/echo", tenant.Token),
            await host.GetAsync("/echo", tenant.Token, $"{tenant.Name}.localhost:1234"),
            await host.GetAsync("/echo", tenant.Token, $"{tenant.Name.ToUpperInvariant()}.LocalHost"),
        })
        {
            var echo = await GatewayHost.EchoAsync(response);
            Assert.Equal((tenant.App.InstanceId, "/echo"), (echo.Instance, echo.Target));
        }
    }

    [Fact]
    public async Task Path_OnATenantsHost_BelongsToItsApp()
    {
        var tenant = await host.AddTenantAsync();

        using var response = await host.GetAsync("/t/other/echo", tenant.Token, $"{tenant.Name}.localhost");

        Assert.Equal("/t/other/echo", (await GatewayHost.EchoAsync(response)).Target);
    }

    [Fact]
    public async Task Token_OfAnotherTenant_Is403()
    {
        var mine = await host.AddTenantAsync();
        var theirs = await host.AddTenantAsync();

        await GatewayHost.AssertProblemAsync(await host.GetAsync($"/t/{theirs.Name}/echo", mine.Token), 403, "not_your_tenant");
        await GatewayHost.AssertProblemAsync(await host.GetAsync("/echo", mine.Token, $"{theirs.Name}.localhost"), 403, "not_your_tenant");
        Assert.Empty(theirs.App.Seen);
    }

    [Theory]
    [InlineData("administrator", true)]
    [InlineData("operator", false)]
    [InlineData("auditor", false)]
    public async Task Staff_WithoutATenant_EntersOneOnlyAsAdministrator(string role, bool enters)
    {
        var tenant = await host.AddTenantAsync();
        var token = host.Tokens.Issue("staff", null, role);

        var response = await host.GetAsync($"/t/{tenant.Name}/echo", token);

        Assert.Equal(enters ? HttpStatusCode.OK : HttpStatusCode.Forbidden, response.StatusCode);
        await GatewayHost.AssertProblemAsync(await host.GetAsync("/echo", token), 404, "tenant_not_found");
    }

    [Fact]
    public async Task Nobody_AtAnyTenant_LearnsNothing()
    {
        var tenant = await host.AddTenantAsync(RouteState.Suspended);

        foreach (var name in new[] { tenant.Name, "unknown" })
        {
            var response = await host.GetAsync($"/t/{name}/echo");
            await GatewayHost.AssertProblemAsync(response, 401, "sign_in_required");
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        }
    }

    [Fact]
    public async Task Tenant_RenamedSinceItsUsersLastRequest_IsFoundByItsNewNameOnly()
    {
        var tenant = await host.AddTenantAsync();
        using var before = await host.GetAsync($"/t/{tenant.Name}/echo", tenant.Token);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        await tenant.BecomeAsync(RouteState.Active, route => route with { TenantName = $"{tenant.Name}-new" });

        await GatewayHost.AssertProblemAsync(await host.GetAsync($"/t/{tenant.Name}/echo", tenant.Token), 404, "tenant_not_found");
        using var after = await host.GetAsync($"/t/{tenant.Name}-new/echo", tenant.Token);
        Assert.Equal(tenant.App.InstanceId, (await GatewayHost.EchoAsync(after)).Instance);
    }

    [Fact]
    public async Task Tenant_UnknownSuspendedOrDeleted_IsKeptApart()
    {
        var tenant = await host.AddTenantAsync();
        var administrator = host.Tokens.Issue("root", null, "administrator");

        await GatewayHost.AssertProblemAsync(await host.GetAsync("/t/unknown/echo", administrator), 404, "tenant_not_found");
        await tenant.BecomeAsync(RouteState.Suspended);
        await GatewayHost.AssertProblemAsync(await tenant.GetAsync("/echo"), 403, "tenant_suspended");
        await tenant.BecomeAsync(RouteState.Gone);
        await GatewayHost.AssertProblemAsync(await tenant.GetAsync("/echo"), 404, "tenant_not_found");
        await GatewayHost.AssertProblemAsync(await host.GetAsync("/echo", tenant.Token), 404, "tenant_not_found");
    }

    [Fact]
    public async Task Token_ThatIsNotValid_Is401()
    {
        var tenant = await host.AddTenantAsync();
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parts = tenant.Token.Split('.');
        var none = Base64UrlEncoder.Encode("{\"alg\":\"none\",\"kid\":\"k1\"}");
        foreach (var token in new[]
        {
            "garbage",
            host.Tokens.Issue("u", tenant.Id, expires: DateTimeOffset.UtcNow.AddSeconds(-31)),
            host.Tokens.Issue("u", tenant.Id, issuer: "https://evil"),
            host.Tokens.Issue("u", tenant.Id, audience: "other"),
            host.Tokens.Issue("u", tenant.Id, credentials: new SigningCredentials(new ECDsaSecurityKey(foreign) { KeyId = "k1" }, SecurityAlgorithms.EcdsaSha256)),
            host.Tokens.Issue("u", tenant.Id, credentials: new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(host.Tokens.KeySet())) { KeyId = "k1" }, SecurityAlgorithms.HmacSha256)),
            $"{none}.{parts[1]}.",
            $"{parts[0]}.{parts[1]}.{parts[2][..^4]}AAAA",
        })
        {
            var response = await host.GetAsync("/echo", token);
            await GatewayHost.AssertProblemAsync(response, 401, "invalid_token");
            Assert.Contains("invalid_token", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Token_WithinTheClockSkew_IsAccepted()
    {
        var tenant = await host.AddTenantAsync();

        using var response = await host.GetAsync("/echo", host.Tokens.Issue("u", tenant.Id, expires: DateTimeOffset.UtcNow.AddSeconds(-20)));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Keys_OfAccessTokens_AreFetchedOnceForManyTokens()
    {
        var tenant = await host.AddTenantAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => host.GetAsync("/echo", host.Tokens.Issue($"u{i}", tenant.Id))));

        Assert.Equal(1, host.Control.KeyFetches);
    }

    [Fact]
    public async Task Keys_ThatCannotBeFetched_Are503()
    {
        var tenant = await host.AddTenantAsync();
        host.Control.Unavailable = true;

        await GatewayHost.AssertProblemAsync(await tenant.GetAsync("/echo"), 503, "control_plane_unavailable");
    }

    [Fact]
    public async Task AnonymousPath_OfAnAwakeTenant_NeedsNoSignIn()
    {
        var tenant = await host.AddTenantAsync(change: route => route with { AnonymousPaths = ["/public"] });

        using var response = await host.GetAsync($"/t/{tenant.Name}/public/page");
        var echo = await GatewayHost.EchoAsync(response);

        Assert.False(echo.Headers.ContainsKey("X-TenantKit-Identity"));
        await GatewayHost.AssertProblemAsync(await host.GetAsync($"/t/{tenant.Name}/publican"), 401, "sign_in_required");
    }

    [Fact]
    public async Task AnonymousPath_OfASleepingTenant_NeverWakesIt()
    {
        var tenant = await host.AddTenantAsync(RouteState.Asleep, change: route => route with { AnonymousPaths = ["/public"] });

        await GatewayHost.AssertProblemAsync(await host.GetAsync($"/t/{tenant.Name}/public"), 503, "tenant_asleep");
        Assert.Empty(host.Control.Wakes);
    }

    [Fact]
    public async Task InternalPaths_ThroughThePublicListener_Are404()
    {
        var tenant = await host.AddTenantAsync();
        foreach (var path in new[] { "/internal/v1/instances/register", "/.well-known/tenantkit/jwks.json", "/.well-known/tenantkit/identity", "/.Well-Known/TenantKit/identity" })
        {
            await GatewayHost.AssertProblemAsync(await host.GetAsync(path, tenant.Token), 404, "not_found");
            await GatewayHost.AssertProblemAsync(await tenant.GetAsync(path), 404, "not_found");
        }

        await GatewayHost.AssertProblemAsync(await tenant.GetAsync("/.tenantkit/other"), 404, "not_found");
    }

    [Fact]
    public async Task Health_WithoutATenant_IsTheGateways()
    {
        var tenant = await host.AddTenantAsync();
        using var own = await host.GetAsync("/healthz/ready");
        using var app = await host.GetAsync("/healthz/live", tenant.Token);

        Assert.Equal("healthy", await own.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(tenant.App.InstanceId, (await GatewayHost.EchoAsync(app)).Instance);
        await GatewayHost.AssertProblemAsync(await host.GetAsync("/healthz/live", host: $"{tenant.Name}.localhost"), 401, "sign_in_required");
    }
}
