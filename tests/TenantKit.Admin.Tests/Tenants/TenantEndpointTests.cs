using TenantKit.Admin.Tests.Hosting;

namespace TenantKit.Admin.Tests.Tenants;

public sealed class TenantEndpointTests(SharedHost shared) : IClassFixture<SharedHost>
{
    [Fact]
    public async Task SuspendAndResume_LockAndUnlock()
    {
        var tenant = await CreateAsync("ten1");

        var suspended = await shared.Admin.SendAsync("POST", $"/api/admin/tenants/{tenant}/suspend", null, ("Prefer", "wait=30"));
        Assert.Equal("suspended", (await suspended.JsonAsync()).Text("phase"));
        var resumed = await shared.Admin.SendAsync("POST", $"/api/admin/tenants/{tenant}/resume", null, ("Prefer", "wait=30"));
        Assert.Equal("running", (await resumed.JsonAsync()).Text("phase"));
    }

    [Fact]
    public async Task Resize_ChangesWhatIsNamed()
    {
        var tenant = await CreateAsync("ten2");
        var etag = (await shared.Admin.SendAsync("GET", $"/api/admin/tenants/{tenant}")).Headers.ETag!.ToString();

        var answer = await shared.Admin.SendAsync("POST", $"/api/admin/tenants/{tenant}/resize", new { memory = "3Gi", replicas = 2 }, ("If-Match", etag), ("Prefer", "wait=30"));

        Assert.Equal(200, (int)answer.StatusCode);
        var read = await shared.Admin.GetJsonAsync($"/api/admin/tenants/{tenant}");
        Assert.Equal(("1000m", "3Gi", 2), (read.GetProperty("resources").Text("cpu"), read.GetProperty("resources").Text("memory"), read.GetProperty("replicas").GetInt32()));
        await (await shared.Admin.SendAsync("POST", $"/api/admin/tenants/{tenant}/resize", new { memory = "4Gi" }, ("If-Match", etag))).AssertProblemAsync(412, "revision_stale");
    }

    [Theory]
    [InlineData("{\"cpu\":\"-1\"}", "cpu")]
    [InlineData("{\"cpu\":\"1e9\"}", "cpu")]
    [InlineData("{\"memory\":\"NaN\"}", "memory")]
    [InlineData("{\"storage\":\"999Pi\"}", "storage")]
    [InlineData("{\"replicas\":0}", "replicas")]
    [InlineData("{\"replicas\":99}", "replicas")]
    [InlineData("{\"replicas\":1.5}", "replicas")]
    [InlineData("{}", "cpu")]
    public async Task Resize_ToSomethingAbsurd_IsRefused(string body, string field)
    {
        var tenant = (await shared.Admin.GetJsonAsync("/api/admin/tenants?name=ten3")).GetProperty("items") is { } items && items.GetArrayLength() > 0
            ? items[0].Text("id")
            : await CreateAsync("ten3");

        var problem = await (await shared.Admin.SendAsync("POST", $"/api/admin/tenants/{tenant}/resize", body)).AssertProblemAsync(400, "validation_failed");

        Assert.Equal(field, problem.GetProperty("errors").EnumerateObject().Single().Name);
    }

    [Fact]
    public async Task Anything_OfUnknownTenant_IsNotFound()
    {
        await (await shared.Admin.SendAsync("GET", "/api/admin/tenants/nope")).AssertProblemAsync(404, "tenant_not_found");
        await (await shared.Admin.SendAsync("POST", "/api/admin/tenants/nope/suspend")).AssertProblemAsync(404, "tenant_not_found");
        await (await shared.Admin.SendAsync("POST", "/api/admin/tenants/nope/resume")).AssertProblemAsync(404, "tenant_not_found");
        await (await shared.Admin.SendAsync("POST", "/api/admin/tenants/nope/resize", new { replicas = 1 })).AssertProblemAsync(404, "tenant_not_found");
        await (await shared.Admin.SendAsync("GET", "/api/admin/operations/nope")).AssertProblemAsync(404, "operation_not_found");
    }

    [Fact]
    public async Task List_FiltersByPhaseAndName()
    {
        var tenant = await CreateAsync("ten4");
        await shared.Admin.SendAsync("POST", $"/api/admin/tenants/{tenant}/suspend", null, ("Prefer", "wait=30"));

        var suspended = (await shared.Admin.GetJsonAsync("/api/admin/tenants?phase=suspended&name=ten4")).GetProperty("items");

        Assert.Equal(tenant, Assert.Single(suspended.EnumerateArray()).Text("id"));
        Assert.Equal(0, (await shared.Admin.GetJsonAsync("/api/admin/tenants?phase=running&name=ten4")).GetProperty("items").GetArrayLength());
    }

    private async Task<string> CreateAsync(string userName) => (await AdminHost.CreateUserAsync(shared.Admin, new { userName })).Text("tenantId");
}
