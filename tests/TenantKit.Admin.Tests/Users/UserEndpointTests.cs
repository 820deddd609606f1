using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Admin.Tests.Hosting;
using TenantKit.Storage;

namespace TenantKit.Admin.Tests.Users;

public sealed class UserEndpointTests
{
    private const string Password = "a-password-of-twelve";

    [Fact]
    public async Task Create_WithoutTenantAndPassword_MakesBothAndShowsThePasswordOnce()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = await host.SignInAsync();

        var answer = await client.SendAsync("POST", "/api/admin/users", new { userName = "Alice", email = "alice@example.com" }, ("Prefer", "wait=30"));
        var user = await answer.JsonAsync();

        Assert.Equal(201, (int)answer.StatusCode);
        Assert.Equal("wait=30", answer.Headers.GetValues("Preference-Applied").Single());
        Assert.Equal("/api/admin/users/" + user.Text("id"), answer.Headers.Location!.ToString());
        Assert.Equal(
            ["container", "createdAt", "credentials", "email", "id", "role", "tenantId", "userName"],
            user.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(("Alice", "user", "alice@example.com"), (user.Text("userName"), user.Text("role"), user.Text("email")));
        Assert.True(user.GetProperty("credentials").Text("password").Length >= 20);
        Assert.Equal("running", user.GetProperty("container").Text("phase"));
        Assert.Equal("http://127.0.0.1:5081/t/alice/", user.GetProperty("container").Text("url"));

        using var own = await host.SignInAsync("ALICE", user.GetProperty("credentials").Text("password"));
        var me = await own.GetJsonAsync("/api/auth/me");
        Assert.Equal((user.Text("id"), user.Text("tenantId")), (me.Text("id"), me.Text("tenantId")));
        var read = await client.GetJsonAsync("/api/admin/users/" + user.Text("id"));
        Assert.DoesNotContain("assword", read.ToString());
    }

    [Fact]
    public async Task Create_CommitsUserTenantAndAuditTogether()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = await host.SignInAsync();
        var user = await AdminHost.CreateUserAsync(client, new { userName = "bob", password = Password, tenant = new { name = "bobs-shop" } });

        var stored = await host.Store.FindUserAsync(user.Text("id"), TestContext.Current.CancellationToken);
        var audit = await client.GetJsonAsync("/api/admin/audit?target=user/" + user.Text("id"));

        Assert.Equal(user.Text("tenantId"), stored!.TenantId);
        Assert.NotEqual(Password, stored.PasswordHash);
        Assert.Equal(JsonValueKind.Null, user.GetProperty("credentials").GetProperty("password").ValueKind);
        Assert.Equal("user.create", audit.GetProperty("items")[0].Text("action"));
        Assert.Equal("admin", audit.GetProperty("items")[0].Text("actorName"));
        Assert.Equal("bobs-shop", (await client.GetJsonAsync("/api/admin/tenants/" + user.Text("tenantId"))).Text("name"));
    }

    [Fact]
    public async Task Create_FiftyAtOnceWithOneName_MakesOne()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = await host.SignInAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            client.SendAsync("POST", "/api/admin/users", new { userName = i % 2 == 0 ? "Same" : "sAME", password = Password })));

        Assert.Single(answers, answer => (int)answer.StatusCode == 201);
        foreach (var refused in answers.Where(answer => (int)answer.StatusCode != 201))
        {
            await refused.AssertProblemAsync(409, "user_name_taken");
        }

        Assert.Equal(1, (await client.GetJsonAsync("/api/admin/tenants")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Create_TwentyAtOnce_AllRun()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = await host.SignInAsync();

        var users = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AdminHost.CreateUserAsync(client, new { userName = $"user{i}" })));

        Assert.All(users, user => Assert.Equal("running", user.GetProperty("container").Text("phase")));
        Assert.Equal(20, users.Select(user => user.Text("tenantId")).Distinct().Count());
    }

    [Fact]
    public async Task Update_ChangesWhatIsNamed_AndEndsSessions()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = await host.SignInAsync();
        var user = await AdminHost.CreateUserAsync(client, new { userName = "dora", password = Password, role = "auditor", email = "d@example.com" });
        using var own = await host.SignInAsync("dora", Password);

        var answer = await client.SendAsync("PUT", "/api/admin/users/" + user.Text("id"), new { password = "another-long-secret" });

        Assert.Equal("d@example.com", (await answer.JsonAsync()).Text("email"));
        await (await own.SendAsync("GET", "/api/auth/me")).AssertProblemAsync(401, "invalid_token");
        using var again = await host.SignInAsync("dora", "another-long-secret");
        await client.SendAsync("PUT", "/api/admin/users/" + user.Text("id"), new { disabled = true, email = "" });
        await (await again.SendAsync("GET", "/api/auth/me")).AssertProblemAsync(401, "invalid_token");
        await (await host.Anonymous().SendAsync("POST", "/api/auth/login", new { userName = "dora", password = "another-long-secret" })).AssertProblemAsync(401, "invalid_credentials");
        Assert.Equal(JsonValueKind.Null, (await client.GetJsonAsync("/api/admin/users/" + user.Text("id"))).GetProperty("email").ValueKind);
    }

    [Fact]
    public async Task Update_WithStaleIfMatch_IsRefused()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = await host.SignInAsync();
        var user = await AdminHost.CreateUserAsync(client, new { userName = "emil", role = "operator" });
        var path = "/api/admin/users/" + user.Text("id");
        var etag = (await client.SendAsync("GET", path)).Headers.ETag!.ToString();

        var first = await client.SendAsync("PUT", path, new { email = "one@example.com" }, ("If-Match", etag));
        var second = await client.SendAsync("PUT", path, new { email = "two@example.com" }, ("If-Match", etag));

        Assert.Equal(200, (int)first.StatusCode);
        Assert.NotEqual(etag, first.Headers.ETag!.ToString());
        await second.AssertProblemAsync(412, "revision_stale");
        await (await client.SendAsync("DELETE", path, null, ("If-Match", "W/" + first.Headers.ETag))).AssertProblemAsync(412, "revision_stale");
        Assert.Equal(204, (int)(await client.SendAsync("DELETE", path, null, ("If-Match", $"\"1\", {first.Headers.ETag}"))).StatusCode);
    }

    [Fact]
    public async Task Delete_LastUserOfTenant_DestroysItAndFreesTheName()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = await host.SignInAsync();
        var user = await AdminHost.CreateUserAsync(client, new { userName = "fred" });
        var path = "/api/admin/users/" + user.Text("id");

        var answer = await client.SendAsync("DELETE", path, null, ("Prefer", "wait=30"));

        Assert.Equal(204, (int)answer.StatusCode);
        await (await client.SendAsync("GET", path)).AssertProblemAsync(404, "user_not_found");
        await (await client.SendAsync("DELETE", path)).AssertProblemAsync(404, "user_not_found");
        Assert.NotEqual(user.Text("id"), (await AdminHost.CreateUserAsync(client, new { userName = "fred" })).Text("id"));
    }

    [Fact]
    public async Task Delete_Twice_GivesTheSameOperation()
    {
        await using var host = await AdminHost.StartAsync(kit => kit.UseInMemoryOrchestrator(options => options.StopDelay = TimeSpan.FromSeconds(2)));
        using var client = await host.SignInAsync();
        var user = await AdminHost.CreateUserAsync(client, new { userName = "gina" });

        var first = await client.SendAsync("DELETE", "/api/admin/users/" + user.Text("id"));
        var second = await client.SendAsync("DELETE", "/api/admin/users/" + user.Text("id"));

        Assert.Equal((202, 202), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.Equal((await first.JsonAsync()).Text("id"), (await second.JsonAsync()).Text("id"));
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        await (await client.SendAsync("PUT", "/api/admin/users/" + user.Text("id"), new { email = "" })).AssertProblemAsync(409, "user_deleting");
        Assert.NotEqual(user.Text("id"), (await AdminHost.CreateUserAsync(client, new { userName = "gina" }, wait: false)).Text("id"));
    }

    [Fact]
    public async Task Delete_OneOfTwoUsers_LeavesTheTenant()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = await host.SignInAsync();
        var first = await AdminHost.CreateUserAsync(client, new { userName = "hans" });
        var second = await AdminHost.CreateUserAsync(client, new { userName = "ines", tenantId = first.Text("tenantId") });

        Assert.Equal(204, (int)(await client.SendAsync("DELETE", "/api/admin/users/" + first.Text("id"))).StatusCode);

        Assert.Equal("running", (await client.GetJsonAsync("/api/admin/tenants/" + first.Text("tenantId"))).Text("phase"));
        Assert.Equal(204, (int)(await client.SendAsync("DELETE", "/api/admin/users/" + second.Text("id"), null, ("Prefer", "wait=30"))).StatusCode);
        Assert.Equal("deleted", (await client.GetJsonAsync("/api/admin/tenants/" + first.Text("tenantId"))).Text("phase"));
    }

    [Fact]
    public async Task LastAdministrator_CannotBeDeletedDisabledOrDemoted()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = await host.SignInAsync();
        var path = "/api/admin/users/" + (await client.GetJsonAsync("/api/auth/me")).Text("id");

        await (await client.SendAsync("DELETE", path)).AssertProblemAsync(409, "last_administrator");
        await (await client.SendAsync("PUT", path, new { disabled = true })).AssertProblemAsync(409, "last_administrator");
        await (await client.SendAsync("PUT", path, new { role = "operator" })).AssertProblemAsync(409, "last_administrator");
    }

    [Fact]
    public async Task TwoAdministrators_WhoRemoveEachOtherAtOnce_LeaveOne()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = await host.SignInAsync();
        var own = (await client.GetJsonAsync("/api/auth/me")).Text("id");
        var other = (await AdminHost.CreateUserAsync(client, new { userName = "second", password = Password, role = "administrator" })).Text("id");
        using var otherClient = await host.SignInAsync("second", Password);

        await Task.WhenAll(
            client.SendAsync("DELETE", "/api/admin/users/" + other),
            otherClient.SendAsync("PUT", "/api/admin/users/" + own, new { role = "auditor" }));

        var left = await host.Store.ListUsersAsync(new UserFilter { Role = TenantKit.Users.UserRole.Administrator }, new PageRequest(10), TestContext.Current.CancellationToken);
        Assert.NotEmpty(left.Items);
    }

    [Fact]
    public async Task List_FiltersAndPages_WithoutLossUnderInserts()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = await host.SignInAsync();
        for (var i = 0; i < 7; i++)
        {
            await AdminHost.CreateUserAsync(client, new { userName = $"page{i}", role = "auditor" });
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await client.GetJsonAsync("/api/admin/users?role=auditor&limit=2" + (cursor is null ? "" : "&cursor=" + cursor));
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.Text("userName")));
            cursor = page.GetProperty("nextCursor").GetString();
            await AdminHost.CreateUserAsync(client, new { userName = $"between{seen.Count}", role = "operator" });
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"page{i}"), seen.Order());
        Assert.Equal(1, (await client.GetJsonAsync("/api/admin/users?userName=PAGE3")).GetProperty("items").GetArrayLength());
        Assert.Equal(7, (await client.GetJsonAsync("/api/admin/users?q=Page&createdAfter=2000-01-01T00:00:00Z")).GetProperty("items").GetArrayLength());
        Assert.Equal(0, (await client.GetJsonAsync("/api/admin/users?createdBefore=2000-01-01T00:00:00Z")).GetProperty("items").GetArrayLength());
    }
}
