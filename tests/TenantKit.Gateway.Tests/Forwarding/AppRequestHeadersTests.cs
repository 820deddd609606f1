using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using TenantKit.Gateway.Forwarding;

namespace TenantKit.Gateway.Tests.Forwarding;

public sealed class AppRequestHeadersTests
{
    private readonly AppRequestHeaders headers = new();

    [Theory]
    [InlineData("Authorization", "Bearer x.y.z")]
    [InlineData("authorization", "bearer x.y.z")]
    [InlineData("Cookie", "tk-session=secret")]
    [InlineData("traceparent", "00-0-0-00")]
    [InlineData("X-TenantKit-Identity", "forged")]
    public void Enumeration_WhatIsNotForApps_IsLeftOut(string name, string value) =>
        Assert.Equal([("Accept", "*/*"), ("X-Mine", "1")], Shown(("Accept", "*/*"), (name, value), ("X-Mine", "1")));

    [Theory]
    [InlineData("Authorization", "Basic eDp5")]
    [InlineData("Cookie", "theme=dark")]
    [InlineData("TE", "trailers")]
    public void Enumeration_WhatIsForApps_IsShownAsSent(string name, string value) => Assert.Equal([(name, value)], Shown((name, value)));

    [Fact]
    public void Enumeration_CookiesOfBoth_ShowsThoseOfTheApp() =>
        Assert.Equal([("Cookie", "a=1; b=2")], Shown(("Cookie", "a=1; tk-session=secret; b=2")));

    [Fact]
    public void ByName_GivesWhatWasSent()
    {
        headers.Begin(new HeaderDictionary { ["Authorization"] = "Bearer x", ["Transfer-Encoding"] = "chunked" });

        Assert.True(headers.ContainsKey("Transfer-Encoding"));
        Assert.Equal("Bearer x", headers["Authorization"]);
    }

    [Fact]
    public void Begin_Again_ShowsNothingOfTheOneBefore()
    {
        Assert.Equal(40, Shown([.. Enumerable.Range(0, 40).Select(static number => ($"H{number}", "v"))]).Count);

        Assert.Equal([("Accept", "text/html")], Shown(("Accept", "text/html")));
        Assert.Empty(Shown());
    }

    private List<(string, string)> Shown(params (string Name, string Value)[] sent)
    {
        headers.Begin(new HeaderDictionary(sent.ToDictionary(static each => each.Name, static each => new StringValues(each.Value))));
        var shown = headers.Select(static each => (each.Key, each.Value.ToString())).ToList();
        headers.End();
        return shown;
    }
}
