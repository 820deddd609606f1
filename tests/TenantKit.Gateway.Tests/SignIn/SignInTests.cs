using System.Net;
using TenantKit.Control;
using TenantKit.Gateway.SignIn;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.SignIn;

public sealed class SignInTests : IAsyncLifetime
{
    private static readonly (string, string) Html = ("Accept", "text/html,application/xhtml+xml");
    private GatewayHost host = null!;

    public async ValueTask InitializeAsync() => host = await GatewayHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Navigation_WithoutSession_IsSentToSignInAndBack()
    {
        var tenant = await host.AddTenantAsync();
        host.Control.OnSignIn = request => request is { UserName: "anna", Password: "right" }
            ? new SignInAnswer(tenant.Token, TimeSpan.FromMinutes(5), null)
            : new SignInAnswer(null, TimeSpan.Zero, "invalid_credentials");

        var asked = await host.GetAsync("/orders?x=1", host: $"{tenant.Name}.localhost", headers: Html);
        var page = await host.GetAsync(asked.Headers.Location!.OriginalString, host: $"{tenant.Name}.localhost", headers: Html);
        var wrong = await PostAsync(tenant.Name, "anna", "wrong", "/orders?x=1");
        var right = await PostAsync(tenant.Name, "anna", "right", "/orders?x=1");
        var cookie = Assert.Single(right.Headers.GetValues("Set-Cookie"));
        using var served = await host.GetAsync("/orders?x=1", host: $"{tenant.Name}.localhost", headers: [Html, ("Cookie", cookie.Split(';')[0])]);

        Assert.Equal((HttpStatusCode.Found, "/.tenantkit/sign-in?next=%2Forders%3Fx%3D1"), (asked.StatusCode, asked.Headers.Location.OriginalString));
        Assert.Contains("value=\"/orders?x=1\"", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Contains("role=\"alert\"", await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.SeeOther, "/orders?x=1"), (right.StatusCode, right.Headers.Location!.OriginalString));
        Assert.EndsWith("; Path=/; Max-Age=300; HttpOnly; SameSite=Lax", cookie, StringComparison.Ordinal);
        var echo = await GatewayHost.EchoAsync(served);
        Assert.False(echo.Headers.ContainsKey("Cookie"));
        Assert.True(echo.Headers.ContainsKey("X-TenantKit-Identity"));
    }

    [Theory]
    [InlineData("same-origin", null, true)]
    [InlineData("cross-site", null, false)]
    [InlineData("same-site", null, false)]
    [InlineData("none", null, false)]
    [InlineData("no-cors", null, false)]
    [InlineData(null, "own", true)]
    [InlineData(null, "http://evil.example", false)]
    [InlineData(null, null, false)]
    [InlineData("cross-site", "own", false)]
    public async Task Change_ByCookie_MustComeFromTheSameOrigin(string? site, string? origin, bool allowed)
    {
        var tenant = await host.AddTenantAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Url, "/echo")) { Content = new StringContent("x") };
        request.Headers.TryAddWithoutValidation("Cookie", $"tk-session={tenant.Token}");
        Set("Sec-Fetch-Site", site);
        Set("Origin", origin == "own" ? $"http://{host.Url.Authority}" : origin);

        var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        if (allowed)
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        else
        {
            await GatewayHost.AssertProblemAsync(response, 403, "csrf");
        }

        void Set(string name, string? value)
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    [Fact]
    public async Task Session_TwoCookiesOfTheName_CountsNeither()
    {
        var tenant = await host.AddTenantAsync();

        await GatewayHost.AssertProblemAsync(
            await host.GetAsync("/echo", headers: ("Cookie", $"tk-session={tenant.Token}; tk-session={tenant.Token}")), 401, "invalid_token");
    }

    [Fact]
    public async Task Session_ThatEnded_IsClearedOnTheWayToSignIn()
    {
        var tenant = await host.AddTenantAsync();
        var ended = host.Tokens.Issue("u", tenant.Id, expires: DateTimeOffset.UtcNow.AddHours(-1));

        var response = await host.GetAsync("/echo", headers: [Html, ("Cookie", $"tk-session={ended}")]);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.StartsWith("tk-session=; Path=/; Max-Age=0", response.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignOut_ByPost_EndsTheSession()
    {
        var own = await host.SendAsync(HttpMethod.Post, "/.tenantkit/sign-out", headers: ("Origin", $"http://{host.Url.Authority}"));
        var foreign = await host.SendAsync(HttpMethod.Post, "/.tenantkit/sign-out", headers: ("Origin", "http://evil.example"));
        var read = await host.GetAsync("/.tenantkit/sign-out");

        Assert.Equal(HttpStatusCode.SeeOther, own.StatusCode);
        Assert.Contains("Max-Age=0", own.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        await GatewayHost.AssertProblemAsync(foreign, 403, "csrf");
        await GatewayHost.AssertProblemAsync(read, 405, "method_not_allowed");
    }

    [Fact]
    public async Task SignIn_FromAnotherSite_IsRefused()
    {
        using var form = new FormUrlEncodedContent([new("userName", "a"), new("password", "b")]);

        await GatewayHost.AssertProblemAsync(
            await host.SendAsync(HttpMethod.Post, "/.tenantkit/sign-in", content: form, headers: ("Sec-Fetch-Site", "cross-site")), 403, "csrf");
    }

    [Fact]
    public async Task SignIn_LockedOrUnavailable_SaysWhenToTryAgain()
    {
        host.Control.OnSignIn = _ => new SignInAnswer(null, TimeSpan.Zero, "locked", TimeSpan.FromSeconds(90));
        var locked = await PostAsync(null, "anna", "x", "/");
        host.Control.Unavailable = true;
        var away = await PostAsync(null, "anna", "x", "/");

        Assert.Equal(("90", 429), (locked.Headers.GetValues("Retry-After").Single(), (int)locked.StatusCode));
        Assert.Equal(503, (int)away.StatusCode);
    }

    [Fact]
    public async Task SignIn_WithMarkupInTheName_EncodesIt()
    {
        var page = await PostAsync(null, "<script>alert(1)</script>", "x", "/\"><b>");

        Assert.DoesNotContain("<script>alert", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/orders?x=1", "/orders?x=1")]
    [InlineData("/", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https:evil.example", "/")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/%0d%0aX: 1", "/")]
    [InlineData("/\r\nX: 1", "/")]
    [InlineData("/%2f/evil.example", "/")]
    [InlineData("evil", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void Next_ThatIsNotLocal_BecomesTheRoot(string? next, string expected) => Assert.Equal(expected, LocalUrl.OrRoot(next));

    private async Task<HttpResponseMessage> PostAsync(string? tenant, string userName, string password, string next)
    {
        using var form = new FormUrlEncodedContent([new("userName", userName), new("password", password), new("next", next)]);
        return await host.SendAsync(HttpMethod.Post, "/.tenantkit/sign-in", host: tenant is null ? null : $"{tenant}.localhost", content: form, headers: ("Sec-Fetch-Site", "same-origin"));
    }
}
