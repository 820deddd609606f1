using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TenantKit.Agent.Caller;
using TenantKit.Agent.Tests.Fakes;

namespace TenantKit.Agent.Tests.Caller;

public sealed class IdentityTests
{
    [Fact]
    public async Task Identity_OfThisTenant_IsTheCaller()
    {
        await using var app = await AgentApp.StartAsync();

        using var answer = await SendAsync(app, "/me", Token(app));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.StartsWith("TenantCaller { UserId = user-three, UserName = Anna, Role = operator }", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other audience")]
    [InlineData("other issuer")]
    [InlineData("expired")]
    [InlineData("not yet")]
    [InlineData("no expiry")]
    [InlineData("other key, same id")]
    [InlineData("other key, other id")]
    [InlineData("no key id")]
    [InlineData("HS256 with the public key")]
    [InlineData("none")]
    [InlineData("ES384")]
    [InlineData("tampered payload")]
    [InlineData("no subject")]
    [InlineData("garbage")]
    [InlineData("too long")]
    [InlineData("two")]
    public async Task Identity_ThatIsNotValid_IsAnonymous(string flaw)
    {
        await using var app = await AgentApp.StartAsync();
        var values = Flawed(app, flaw);

        using var secret = await SendAsync(app, "/me", values);
        using var open = await SendAsync(app, "/open", values);

        Assert.Equal(HttpStatusCode.Unauthorized, secret.StatusCode);
        Assert.Equal("application/problem+json", secret.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("nobody", await open.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Identity_Expired_IsRefusedThoughRemembered()
    {
        await using var app = await AgentApp.StartAsync();
        var token = Token(app);
        using var first = await SendAsync(app, "/me", token);
        app.Time.Advance(TimeSpan.FromSeconds(66));

        using var second = await SendAsync(app, "/me", token);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (first.StatusCode, second.StatusCode));
    }

    [Fact]
    public async Task Keys_WhenTheGatewayHasANewOne_AreFetchedAgain()
    {
        await using var app = await AgentApp.StartAsync();
        using var first = await SendAsync(app, "/me", Token(app));
        app.Gateway.Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        app.Gateway.KeyId = "key-2";
        app.Time.Advance(TimeSpan.FromSeconds(6));

        using var second = await SendAsync(app, "/me", Token(app));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
    }

    [Fact]
    public async Task Keys_WhenManyUnknownOnesAreNamed_AreFetchedOnceInAWhile()
    {
        await using var app = await AgentApp.StartAsync();
        using var first = await SendAsync(app, "/me", Token(app));
        var fetches = app.Gateway.KeyFetches;
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            using var answer = await SendAsync(app, "/me", Token(app, other, $"unknown-{i}"));
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }));

        Assert.Equal(fetches, app.Gateway.KeyFetches);
    }

    [Fact]
    public async Task Keys_WhenTheGatewayComesUpAfterTheApp_TheFirstCallerIsKnown()
    {
        await using var app = await AgentApp.StartAsync(gateway: static gateway => gateway.IsDown = true);
        var answering = SendAsync(app, "/me", Token(app));
        await UntilAsync(() => app.Gateway.Calls >= 2);
        app.Gateway.IsDown = false;

        using var answer = await AdvanceUntilAsync(app, answering);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Keys_WhenTheGatewayStaysDown_CannotTellInsteadOfRefusing()
    {
        await using var app = await AgentApp.StartAsync(gateway: static gateway => gateway.IsDown = true);

        using var answer = await AdvanceUntilAsync(app, SendAsync(app, "/me", Token(app)));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("1", answer.Headers.GetValues("Retry-After").Single());
        Assert.Contains("identity_keys_unavailable", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StandAlone_InDevelopment_HasTheDeveloper()
    {
        await using var app = await AgentApp.StartAsync(standAlone: true, environment: "Development");

        using var answer = await SendAsync(app, "/me");

        Assert.Contains("developer", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StandAlone_InProduction_IsAnonymous()
    {
        await using var app = await AgentApp.StartAsync(standAlone: true);

        using var answer = await SendAsync(app, "/me");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public void Cache_WhenFull_StaysBounded()
    {
        var cache = new IdentityCache(TimeProvider.System);
        for (var i = 0; i < IdentityCache.Capacity + 100; i++)
        {
            cache.Add(TokenHash.Of($"token {i}"), new System.Security.Claims.ClaimsPrincipal(), DateTimeOffset.MaxValue);
        }

        Assert.InRange(cache.Count, 1, IdentityCache.Capacity);
    }

    private static async Task<HttpResponseMessage> AdvanceUntilAsync(AgentApp app, Task<HttpResponseMessage> answering)
    {
        await UntilAsync(() =>
        {
            app.Time.Advance(TimeSpan.FromMilliseconds(100));
            return answering.IsCompleted;
        });
        return await answering;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var turn = 0; !condition(); turn++)
        {
            Assert.True(turn < 5_000, "The condition did not come true.");
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(AgentApp app, string path, params string[] identities)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var identity in identities)
        {
            request.Headers.TryAddWithoutValidation("X-TenantKit-Identity", identity);
        }

        return await app.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static string Token(AgentApp app, ECDsa? key = null, string? keyId = null, Action<SecurityTokenDescriptor>? change = null)
    {
        var now = app.Time.GetUtcNow().UtcDateTime;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = "tenantkit-gateway",
            Audience = AgentApp.TenantId,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddSeconds(60),
            Claims = new Dictionary<string, object> { ["sub"] = "user-three", ["name"] = "Anna", ["role"] = "operator", ["tenant_name"] = "acme" },
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key ?? app.Gateway.Key) { KeyId = keyId ?? app.Gateway.KeyId }, SecurityAlgorithms.EcdsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    private static string[] Flawed(AgentApp app, string flaw)
    {
        var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = app.Time.GetUtcNow().UtcDateTime;
        return flaw switch
        {
            "other audience" => [Token(app, change: token => token.Audience = "tenant-two")],
            "other issuer" => [Token(app, change: token => token.Issuer = "somebody")],
            "expired" => [Token(app, change: token => { token.NotBefore = now.AddMinutes(-5); token.IssuedAt = token.NotBefore; token.Expires = now.AddSeconds(-6); })],
            "not yet" => [Token(app, change: token => { token.NotBefore = now.AddMinutes(1); token.Expires = now.AddMinutes(2); })],
            "no expiry" => [Token(app, change: token => token.Expires = null)],
            "other key, same id" => [Token(app, other)],
            "other key, other id" => [Token(app, other, "key-9")],
            "no key id" => [Token(app, keyId: "")],
            "HS256 with the public key" => [Token(app, change: token => token.SigningCredentials = new SigningCredentials(
                new SymmetricSecurityKey(app.Gateway.Key.ExportSubjectPublicKeyInfo()) { KeyId = app.Gateway.KeyId }, SecurityAlgorithms.HmacSha256))],
            "none" => [Unsigned(Token(app))],
            "ES384" => [Token(app, change: token => token.SigningCredentials = new SigningCredentials(
                new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP384)) { KeyId = app.Gateway.KeyId }, SecurityAlgorithms.EcdsaSha384))],
            "tampered payload" => [Tampered(Token(app))],
            "no subject" => [Token(app, change: token => token.Claims.Remove("sub"))],
            "garbage" => ["a.b.c"],
            "too long" => [new string('a', 9000)],
            _ => [Token(app), Token(app)],
        };
    }

    private static string Unsigned(string token) =>
        $"{Base64UrlEncoder.Encode("""{"alg":"none","kid":"key-1","typ":"JWT"}""")}.{token.Split('.')[1]}.";

    private static string Tampered(string token)
    {
        var parts = token.Split('.');
        var payload = Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(parts[1])).Replace("operator", "administrator", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}";
    }
}
