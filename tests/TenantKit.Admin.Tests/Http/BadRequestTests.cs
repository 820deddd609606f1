using System.Text;
using TenantKit.Admin.Tests.Hosting;

namespace TenantKit.Admin.Tests.Http;

public sealed class BadRequestTests(SharedHost shared) : IClassFixture<SharedHost>
{
    [Theory]
    [InlineData("{", "invalid_json")]
    [InlineData("", "invalid_json")]
    [InlineData("null", "invalid_json")]
    [InlineData("[]", "invalid_json")]
    [InlineData("{\"userName\":\"x\"} {}", "invalid_json")]
    [InlineData("{\"userName\":\"x\",\"userName\":\"y\"}", "invalid_json")]
    [InlineData("{\"userName\":\"x\",\"isAdmin\":true}", "unknown_member")]
    [InlineData("{\"userName\":\"x\",\"tenant\":{\"id\":\"y\"}}", "unknown_member")]
    [InlineData("{\"UserName\":\"x\"}", "unknown_member")]
    [InlineData("{\"userName\":5}", "validation_failed")]
    [InlineData("{\"userName\":\"x\",\"role\":\"king\"}", "validation_failed")]
    [InlineData("{\"userName\":\"x\",\"role\":3}", "validation_failed")]
    [InlineData("{\"userName\":\"\\ud800\"}", "validation_failed")]
    public async Task Body_ThatIsWrong_Gets400(string body, string code)
    {
        var answer = await shared.Admin.SendAsync("POST", "/api/admin/users", body);

        var problem = await answer.AssertProblemAsync(400, code);
        Assert.DoesNotContain("TenantKit", problem.ToString());
        Assert.DoesNotContain("System.", problem.ToString());
    }

    [Fact]
    public async Task Body_TooDeep_Gets400()
    {
        var body = new string('[', 100) + new string(']', 100);

        await (await shared.Admin.SendAsync("POST", "/api/admin/users", body)).AssertProblemAsync(400, "invalid_json");
    }

    [Fact]
    public async Task Body_ThatIsNotUtf8_Gets400()
    {
        var content = new ByteArrayContent([.. "{\"userName\":\""u8, 0xFF, 0xC0, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");

        await (await shared.Admin.SendAsync("POST", "/api/admin/users", content)).AssertProblemAsync(400, "invalid_json");
    }

    [Fact]
    public async Task Body_WithByteOrderMark_IsRead()
    {
        var content = new ByteArrayContent([0xEF, 0xBB, 0xBF, .. "{\"userName\":\"a b\"}"u8]);
        content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };

        await (await shared.Admin.SendAsync("POST", "/api/admin/users", content)).AssertProblemAsync(400, "validation_failed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_Of10MB_Gets413(bool withLength)
    {
        var bytes = Encoding.ASCII.GetBytes("{\"userName\":\"" + new string('x', 10_000_000) + "\"}");
        HttpContent content = withLength ? new ByteArrayContent(bytes) : new StreamContent(new UnseekableStream(bytes));
        content.Headers.ContentType = new("application/json");

        await (await shared.Admin.SendAsync("POST", "/api/admin/users", content)).AssertProblemAsync(413, "body_too_large");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task Body_OfOtherType_Gets415(string? type)
    {
        var content = new ByteArrayContent("{\"userName\":\"x\"}"u8.ToArray());
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        await (await shared.Admin.SendAsync("POST", "/api/admin/users", content)).AssertProblemAsync(415, "unsupported_media_type");
    }

    [Theory]
    [InlineData("/api/admin/users?limit=0")]
    [InlineData("/api/admin/users?limit=501")]
    [InlineData("/api/admin/users?limit=100000")]
    [InlineData("/api/admin/users?limit=-1")]
    [InlineData("/api/admin/users?limit=ten")]
    [InlineData("/api/admin/users?limit=1&limit=2")]
    [InlineData("/api/admin/users?role=king")]
    [InlineData("/api/admin/users?createdAfter=yesterday")]
    [InlineData("/api/admin/tenants?phase=Running")]
    [InlineData("/api/admin/audit?outcome=maybe")]
    [InlineData("/api/admin/operations")]
    public async Task Query_ThatIsWrong_Gets400(string path) =>
        await (await shared.Admin.SendAsync("GET", path)).AssertProblemAsync(400, "validation_failed");

    [Fact]
    public async Task Query_ThatIsUnknown_Gets400WithTheKnownOnes()
    {
        var problem = await (await shared.Admin.SendAsync("GET", "/api/admin/users?sort=password")).AssertProblemAsync(400, "unknown_parameter");

        Assert.Equal(
            "The query parameter 'sort' is not known. Known ones: userName, q, role, tenantId, createdAfter, createdBefore, limit, cursor.",
            problem.Text("detail"));
    }

    [Fact]
    public async Task Cursor_TamperedOrFromElsewhere_Gets400()
    {
        for (var i = 0; i < 3; i++)
        {
            await AdminHost.CreateUserAsync(shared.Admin, new { userName = $"cursor{i}", role = "auditor" });
        }

        var cursor = (await shared.Admin.GetJsonAsync("/api/admin/users?role=auditor&limit=1")).Text("nextCursor");
        var tampered = cursor[..^2] + (cursor[^2] == 'A' ? 'B' : 'A') + cursor[^1];

        Assert.Equal(2, (await shared.Admin.GetJsonAsync($"/api/admin/users?role=auditor&limit=2&cursor={cursor}")).GetProperty("items").GetArrayLength());
        foreach (var path in new[]
        {
            $"/api/admin/users?role=auditor&cursor={tampered}",
            $"/api/admin/users?role=operator&cursor={cursor}",
            $"/api/admin/users?cursor={cursor}",
            $"/api/admin/tenants?cursor={cursor}",
            "/api/admin/users?cursor=abc",
            "/api/admin/users?cursor=!!!",
        })
        {
            await (await shared.Admin.SendAsync("GET", path)).AssertProblemAsync(400, "cursor_invalid");
        }
    }

    [Fact]
    public async Task Path_ThatIsUnknown_Gets404()
    {
        await (await shared.Admin.SendAsync("GET", "/api/admin/nothing")).AssertProblemAsync(404, "not_found");
        await (await shared.Host.Anonymous().SendAsync("GET", "/")).AssertProblemAsync(404, "not_found");
    }

    [Theory]
    [InlineData("PATCH", "/api/admin/users", "GET, POST")]
    [InlineData("POST", "/api/admin/users/some-id", "DELETE, GET, PUT")]
    [InlineData("GET", "/api/auth/login", "POST")]
    public async Task Method_ThatIsWrong_Gets405WithAllow(string method, string path, string allow)
    {
        var answer = await shared.Admin.SendAsync(method, path);

        await answer.AssertProblemAsync(405, "method_not_allowed");
        Assert.Equal(allow, string.Join(", ", answer.Content.Headers.Allow));
    }

    [Fact]
    public async Task Answers_CarrySecurityHeaders()
    {
        foreach (var path in new[] { "/api/auth/me", "/healthz/live", "/api/nothing" })
        {
            var answer = await shared.Admin.SendAsync("GET", path);

            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
            Assert.StartsWith("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        }
    }

    [Fact]
    public async Task DescriptionAndPage_AreServed_FromHere()
    {
        using var client = shared.Host.Anonymous();
        var description = await client.GetJsonAsync("/openapi/v1.json");
        var page = await client.GetStringAsync("/docs/", TestContext.Current.CancellationToken);

        var paths = description.GetProperty("paths");
        Assert.True(paths.GetProperty("/api/admin/users").TryGetProperty("post", out _));
        Assert.Contains("\"tenantId\"", paths.GetProperty("/api/admin/users").GetProperty("post").GetProperty("requestBody").ToString());
        Assert.Contains("createdAfter", paths.GetProperty("/api/admin/users").GetProperty("get").ToString());
        Assert.False(paths.TryGetProperty("/healthz/live", out _));
        Assert.Contains("administrator", description.ToString());
        Assert.DoesNotContain("cdn", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("fonts.", page, StringComparison.OrdinalIgnoreCase);
    }

    private sealed class UnseekableStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
