using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Admin.Tests.Hosting;
using TenantKit.Control;

namespace TenantKit.Admin.Tests.SignIn;

public sealed class SignInTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Login_WithTheRightPassword_GivesASession()
    {
        await using var host = await AdminHost.StartAsync();

        var session = await (await LoginAsync(host, "ADMIN", AdminHost.AdminPassword)).JsonAsync();

        Assert.Equal(("Bearer", 3600), (session.Text("tokenType"), session.GetProperty("expiresIn").GetInt32()));
        Assert.Equal(("admin", "administrator"), (session.GetProperty("user").Text("userName"), session.GetProperty("user").Text("role")));
        Assert.Equal(JsonValueKind.Null, session.GetProperty("user").GetProperty("tenantId").ValueKind);
        var header = JsonDocument.Parse(Base64(session.Text("accessToken").Split('.')[0])).RootElement;
        var keys = await host.App.Services.GetRequiredService<IAccessTokenKeySource>().GetKeysAsync(TestContext.Current.CancellationToken);
        var key = JsonDocument.Parse(keys.JsonWebKeySet).RootElement.GetProperty("keys")[0];
        Assert.Equal(("ES256", key.Text("kid")), (header.Text("alg"), header.Text("kid")));
        Assert.False(key.TryGetProperty("d", out _));
    }

    [Fact]
    public async Task Login_UnknownNameAndWrongPassword_LookTheSame()
    {
        await using var host = await AdminHost.StartAsync();

        var wrong = await (await LoginAsync(host, "admin", "a-wrong-password")).AssertProblemAsync(401, "invalid_credentials");
        var unknown = await (await LoginAsync(host, "nobody", "a-wrong-password")).AssertProblemAsync(401, "invalid_credentials");

        Assert.Equal(Without(wrong, "traceId"), Without(unknown, "traceId"));
    }

    [Fact]
    public async Task Login_AfterFiveFailures_IsLockedForRealAndUnknownNamesAlike()
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await StartAsync(time);
        foreach (var name in new[] { "admin", "nobody" })
        {
            foreach (var minutes in new[] { 1, 2, 4, 8, 15, 15 })
            {
                for (var i = minutes == 1 ? 0 : 4; i < 5; i++)
                {
                    await (await LoginAsync(host, name, "a-wrong-password")).AssertProblemAsync(401, "invalid_credentials");
                }

                var locked = await LoginAsync(host, name, AdminHost.AdminPassword);
                await locked.AssertProblemAsync(429, "too_many_attempts");
                Assert.Equal(TimeSpan.FromMinutes(minutes), locked.Headers.RetryAfter!.Delta);
                time.Advance(TimeSpan.FromMinutes(minutes));
            }
        }

        Assert.Equal(200, (int)(await LoginAsync(host, "admin", AdminHost.AdminPassword)).StatusCode);
        await (await LoginAsync(host, "admin", "a-wrong-password")).AssertProblemAsync(401, "invalid_credentials");
        Assert.Equal(200, (int)(await LoginAsync(host, "admin", AdminHost.AdminPassword)).StatusCode);
    }

    [Fact]
    public async Task Login_HundredWrongAtOnce_VerifiesFive()
    {
        await using var host = await AdminHost.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => LoginAsync(host, "admin", "a-wrong-password")));

        Assert.Equal(5, answers.Count(answer => (int)answer.StatusCode == 401));
        Assert.Equal(95, answers.Count(answer => (int)answer.StatusCode == 429));
        await (await LoginAsync(host, "admin", AdminHost.AdminPassword)).AssertProblemAsync(429, "too_many_attempts");
    }

    [Fact]
    public async Task Login_TenRightAtOnce_AllSucceed()
    {
        await using var host = await AdminHost.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => LoginAsync(host, "admin", AdminHost.AdminPassword)));

        Assert.All(answers, answer => Assert.Equal(200, (int)answer.StatusCode));
    }

    [Fact]
    public async Task Login_TooOftenFromOneAddress_IsLimited()
    {
        await using var host = await AdminHost.StartAsync(settings: new() { ["TenantKit:Admin:SignInsPerMinute"] = "3" });
        for (var i = 0; i < 3; i++)
        {
            await LoginAsync(host, "nobody" + i, "a-wrong-password");
        }

        var answer = await LoginAsync(host, "admin", AdminHost.AdminPassword);

        await answer.AssertProblemAsync(429, "rate_limited");
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task Login_WithoutNameOrPassword_Gets400()
    {
        await using var host = await AdminHost.StartAsync();

        var problem = await (await host.Anonymous().SendAsync("POST", "/api/auth/login", new { })).AssertProblemAsync(400, "validation_failed");

        Assert.Equal(["password", "userName"], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order());
        await (await LoginAsync(host, new string('x', 5000), "p")).AssertProblemAsync(401, "invalid_credentials");
        await (await LoginAsync(host, "admin", new string('x', 5000))).AssertProblemAsync(401, "invalid_credentials");
    }

    [Fact]
    public async Task Token_Expired_IsRefused()
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await StartAsync(time);
        using var client = await host.SignInAsync();

        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(200, (int)(await client.SendAsync("GET", "/api/auth/me")).StatusCode);
        time.Advance(TimeSpan.FromMinutes(1));

        var answer = await client.SendAsync("GET", "/api/auth/me");
        await answer.AssertProblemAsync(401, "invalid_token");
        Assert.Equal("Bearer error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Token_ForgedOrMissing_IsRefused()
    {
        await using var host = await AdminHost.StartAsync();
        await using var other = await AdminHost.StartAsync();
        var token = (await (await LoginAsync(host, "admin", AdminHost.AdminPassword)).JsonAsync()).Text("accessToken");
        var foreign = (await (await LoginAsync(other, "admin", AdminHost.AdminPassword)).JsonAsync()).Text("accessToken");
        var unsigned = "eyJhbGciOiJub25lIn0." + token.Split('.')[1] + ".";
        var changed = string.Join('.', token.Split('.')[0], System.Buffers.Text.Base64Url.EncodeToString("{\"sub\":\"x\",\"role\":\"administrator\"}"u8), token.Split('.')[2]);

        foreach (var wrong in new[] { foreign, unsigned, changed, "x", token + "x" })
        {
            using var client = host.Anonymous();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", wrong);
            await (await client.SendAsync("GET", "/api/auth/me")).AssertProblemAsync(401, "invalid_token");
        }

        var answer = await host.Anonymous().SendAsync("GET", "/api/auth/me");
        await answer.AssertProblemAsync(401, "unauthenticated");
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Refresh_RotatesTheSession_AndWorksOnce()
    {
        await using var host = await AdminHost.StartAsync();
        var first = (await (await LoginAsync(host, "admin", AdminHost.AdminPassword)).JsonAsync()).Text("refreshToken");

        var renewed = await RefreshAsync(host, first);

        Assert.Equal(200, (int)renewed.StatusCode);
        var second = (await renewed.JsonAsync()).Text("refreshToken");
        Assert.NotEqual(first, second);
        await (await RefreshAsync(host, first)).AssertProblemAsync(401, "invalid_refresh_token");
        Assert.Equal(204, (int)(await host.Anonymous().SendAsync("POST", "/api/auth/logout", new { refreshToken = second })).StatusCode);
        Assert.Equal(204, (int)(await host.Anonymous().SendAsync("POST", "/api/auth/logout", new { refreshToken = second })).StatusCode);
        await (await RefreshAsync(host, second)).AssertProblemAsync(401, "invalid_refresh_token");
    }

    [Fact]
    public async Task Refresh_TenAtOnce_RenewsOnce()
    {
        await using var host = await AdminHost.StartAsync();
        var secret = (await (await LoginAsync(host, "admin", AdminHost.AdminPassword)).JsonAsync()).Text("refreshToken");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => RefreshAsync(host, secret)));

        Assert.Single(answers, answer => (int)answer.StatusCode == 200);
    }

    [Fact]
    public async Task Refresh_AfterItsTimeOrAfterANewPassword_IsRefused()
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await StartAsync(time);
        var old = (await (await LoginAsync(host, "admin", AdminHost.AdminPassword)).JsonAsync()).Text("refreshToken");
        time.Advance(TimeSpan.FromDays(7));
        await (await RefreshAsync(host, old)).AssertProblemAsync(401, "invalid_refresh_token");

        using var client = await host.SignInAsync();
        var session = (await (await LoginAsync(host, "admin", AdminHost.AdminPassword)).JsonAsync()).Text("refreshToken");
        var id = (await client.GetJsonAsync("/api/auth/me")).Text("id");
        await client.SendAsync("PUT", "/api/admin/users/" + id, new { password = "a-new-admin-password" });

        await (await RefreshAsync(host, session)).AssertProblemAsync(401, "invalid_refresh_token");
    }

    [Fact]
    public async Task SignIn_IsAudited_WithoutWhatWasTyped()
    {
        await using var host = await AdminHost.StartAsync();
        await LoginAsync(host, "my-password-in-the-wrong-field", "a-wrong-password");
        await LoginAsync(host, "admin", "a-wrong-password");
        using var client = await host.SignInAsync();

        var items = (await client.GetJsonAsync("/api/admin/audit?action=user.sign_in")).GetProperty("items");

        Assert.Equal(["success", "failure", "failure"], items.EnumerateArray().Select(item => item.Text("outcome")));
        Assert.Equal("user/unknown", items[2].Text("target"));
        Assert.DoesNotContain("my-password", items.ToString());
        Assert.DoesNotContain("a-wrong", items.ToString());
    }

    [Fact]
    public async Task SignInService_ForTheGateway_SignsIn()
    {
        await using var host = await AdminHost.StartAsync();
        var service = host.App.Services.GetRequiredService<ISignInService>();

        var right = await service.SignInAsync(new SignInRequest("admin", AdminHost.AdminPassword, "127.0.0.1"), TestContext.Current.CancellationToken);
        var wrong = await service.SignInAsync(new SignInRequest("admin", "a-wrong-password", "127.0.0.1"), TestContext.Current.CancellationToken);

        Assert.NotNull(right.AccessToken);
        Assert.Equal(TimeSpan.FromHours(1), right.ExpiresIn);
        Assert.Equal(new SignInAnswer(null, TimeSpan.Zero, "invalid_credentials"), wrong);
    }

    private static Task<AdminHost> StartAsync(TimeProvider time) =>
        AdminHost.StartAsync(kit => kit.Services.Replace(ServiceDescriptor.Singleton(time)));

    private static Task<HttpResponseMessage> LoginAsync(AdminHost host, string userName, string password) =>
        host.Anonymous().SendAsync("POST", "/api/auth/login", new { userName, password });

    private static Task<HttpResponseMessage> RefreshAsync(AdminHost host, string refreshToken) =>
        host.Anonymous().SendAsync("POST", "/api/auth/refresh", new { refreshToken });

    private static string Without(JsonElement json, string name) =>
        string.Join(';', json.EnumerateObject().Where(member => member.Name != name).Select(member => member.ToString()));

    private static byte[] Base64(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);
}
