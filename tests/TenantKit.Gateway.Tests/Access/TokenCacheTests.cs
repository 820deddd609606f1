using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Gateway.Access;

namespace TenantKit.Gateway.Tests.Access;

public sealed class TokenCacheTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void TryGet_Remembered_IsFoundEachTime()
    {
        var cache = Cache(10);
        cache.Remember("a.b.c", Caller("u"));

        for (var i = 0; i < 3; i++)
        {
            Assert.True(cache.TryGet("a.b.c", out var caller));
            Assert.Equal("u", caller.UserId);
        }
    }

    [Fact]
    public void TryGet_SameSignatureOtherClaims_IsAnotherToken()
    {
        var cache = Cache(10);
        var signature = new string('s', 86);
        cache.Remember($"head.claims.{signature}", Caller("u"));
        Assert.True(cache.TryGet($"head.claims.{signature}", out _));

        Assert.False(cache.TryGet($"head.others.{signature}", out _));
        Assert.False(cache.TryGet($"head.claims.{signature}x", out _));
        Assert.True(cache.TryGet($"head.claims.{signature}", out _));
    }

    [Fact]
    public void TryGet_TwoTokensOfOnePlace_BothStayFound()
    {
        var cache = Cache(10);
        var signature = new string('s', 86);
        cache.Remember($"a.a.{signature}", Caller("a"));
        cache.Remember($"b.b.{signature}", Caller("b"));

        for (var i = 0; i < 3; i++)
        {
            Assert.True(cache.TryGet($"a.a.{signature}", out var first));
            Assert.True(cache.TryGet($"b.b.{signature}", out var second));
            Assert.Equal(("a", "b"), (first.UserId, second.UserId));
        }
    }

    [Fact]
    public void TryGet_Expired_IsNotFound()
    {
        var cache = Cache(10);
        cache.Remember("a.b.c", Caller("u"));
        Assert.True(cache.TryGet("a.b.c", out _));

        time.Advance(TimeSpan.FromMinutes(5));

        Assert.False(cache.TryGet("a.b.c", out _));
    }

    [Fact]
    public void TryGet_NothingIsToBeRemembered_IsNotFound()
    {
        var cache = Cache(0);
        cache.Remember("a.b.c", Caller("u"));

        Assert.False(cache.TryGet("a.b.c", out _));
    }

    private TokenCache Cache(int most) => new(Options.Create(new TenantGatewayOptions { MaxRememberedTokens = most }), time);

    private Caller Caller(string user) => new(user, "name", "user", "t", time.GetUtcNow().AddMinutes(5), string.Empty);
}
