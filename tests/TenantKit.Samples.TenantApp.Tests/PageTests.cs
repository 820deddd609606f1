using System.Net;

namespace TenantKit.Samples.TenantApp.Tests;

public sealed class PageTests(RunningApp running) : IClassFixture<RunningApp>
{
    [Fact]
    public async Task Page_WithMarkupInItsData_ShowsItAsText()
    {
        await running.App.PlaceAsync(customer: "<script>alert(1)</script>\\\" onload=x");

        var page = await running.App.Client.GetStringAsync("/", TestContext.Current.CancellationToken);

        Assert.Contains("<h1>acme</h1>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=x", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_UnderAPrefix_LinksBelowIt()
    {
        using var answer = await running.App.SendAsync(HttpMethod.Get, "/", null, ("X-Forwarded-Prefix", "/t/acme"));

        Assert.Contains("<base href=\"/t/acme/\">", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.SeeOther)]
    [InlineData("Origin", "http://acme.example:5081", HttpStatusCode.SeeOther)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "none", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("X-Nothing", "x", HttpStatusCode.Forbidden)]
    public async Task Form_IsTakenFromTheOwnPageOnly(string header, string value, HttpStatusCode expected)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = running.App.Client.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/orders")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["customer"] = "Form", ["product"] = "Tea", ["quantity"] = "2", ["unitPrice"] = "1.5" }),
        };
        request.Headers.Add("X-TenantKit-Identity", running.App.Token);
        request.Headers.Add("X-Forwarded-Host", "acme.example:5081");
        request.Headers.Add("X-Forwarded-Prefix", "/t/acme");
        request.Headers.Add(header, value);

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.SeeOther ? "/t/acme/" : null, answer.Headers.Location?.OriginalString);
    }
}
