using Microsoft.Extensions.DependencyInjection;
using TenantKit.Admin.Tests.Hosting;

namespace TenantKit.Admin.Tests.Users;

public sealed class UserStoreReplacementTests
{
    private readonly ForeignUserStore.Rows rows = new();

    [Fact]
    public async Task UseUserStore_ServesTheWholeLifeOfAUser()
    {
        await using var host = await StartAsync();
        using var client = await host.SignInAsync();

        var user = await AdminHost.CreateUserAsync(client, new { userName = "elsewhere", password = "a-password-of-twelve" });

        Assert.Equal("running", user.GetProperty("container").Text("phase"));
        Assert.Equal(2, rows.Users.Count);
        Assert.Null(await host.Store.FindUserAsync(user.Text("id"), TestContext.Current.CancellationToken));
        await (await client.SendAsync("POST", "/api/admin/users", new { userName = "ELSEWHERE" })).AssertProblemAsync(409, "user_name_taken");
        Assert.Equal("elsewhere", (await client.GetJsonAsync("/api/admin/users?q=else")).GetProperty("items")[0].Text("userName"));
        using var own = await host.SignInAsync("elsewhere", "a-password-of-twelve");
        Assert.Equal(user.Text("tenantId"), (await own.GetJsonAsync("/api/auth/me")).Text("tenantId"));
        Assert.Equal(200, (int)(await client.SendAsync("PUT", "/api/admin/users/" + user.Text("id"), new { email = "e@example.com" })).StatusCode);
        Assert.Equal(204, (int)(await client.SendAsync("DELETE", "/api/admin/users/" + user.Text("id"), null, ("Prefer", "wait=30"))).StatusCode);
        Assert.Single(rows.Users);
        Assert.Equal("deleted", (await client.GetJsonAsync("/api/admin/tenants/" + user.Text("tenantId"))).Text("phase"));
    }

    [Fact]
    public async Task Create_RefusedByTheStore_TakesTheTenantBack()
    {
        await using var host = await StartAsync();
        using var client = await host.SignInAsync();
        rows.Refuses = true;

        var problem = await (await client.SendAsync("POST", "/api/admin/users", new { userName = "refused" }, ("Idempotency-Key", "k"))).AssertProblemAsync(400, "validation_failed");

        Assert.Equal("The directory refuses this name.", problem.GetProperty("errors").GetProperty("userName")[0].GetString());
        var tenant = (await client.GetJsonAsync("/api/admin/audit?action=tenant.create")).GetProperty("items")[0].Text("target")[7..];
        var operations = await client.GetJsonAsync("/api/admin/operations?tenantId=" + tenant);
        Assert.Equal("delete", operations.GetProperty("items")[0].Text("kind"));
        rows.Refuses = false;
        Assert.Equal(201, (int)(await client.SendAsync("POST", "/api/admin/users", new { userName = "refused" }, ("Idempotency-Key", "k"))).StatusCode);
    }

    private Task<AdminHost> StartAsync() => AdminHost.StartAsync(kit =>
    {
        kit.Services.AddSingleton(rows);
        kit.UseUserStore<ForeignUserStore>();
    });
}
