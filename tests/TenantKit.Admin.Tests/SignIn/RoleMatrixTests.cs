using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Admin.Http;
using TenantKit.Admin.SignIn;
using TenantKit.Admin.Tests.Hosting;

namespace TenantKit.Admin.Tests.SignIn;

public sealed class RoleMatrixTests
{
    private const string Password = "a-password-of-twelve";

    /// <summary>Every endpoint and who may call it: a, o, r, u are administrator, operator, auditor and user; * is everybody.</summary>
    private static readonly Dictionary<string, string> Expected = new(StringComparer.Ordinal)
    {
        ["POST /api/auth/login"] = "*",
        ["POST /api/auth/refresh"] = "*",
        ["POST /api/auth/logout"] = "*",
        ["GET /api/auth/me"] = "aoru",
        ["POST /api/admin/users/"] = "a",
        ["GET /api/admin/users/"] = "ar",
        ["GET /api/admin/users/{id}"] = "ar",
        ["PUT /api/admin/users/{id}"] = "a",
        ["DELETE /api/admin/users/{id}"] = "a",
        ["POST /api/admin/containers/{userId}/start"] = "ao",
        ["POST /api/admin/containers/{userId}/stop"] = "ao",
        ["POST /api/admin/containers/{userId}/restart"] = "ao",
        ["GET /api/admin/containers/status"] = "aor",
        ["GET /api/admin/containers/{userId}/logs"] = "aor",
        ["GET /api/admin/containers/{userId}/explain"] = "aor",
        ["POST /api/admin/templates/"] = "a",
        ["GET /api/admin/templates/"] = "aor",
        ["GET /api/admin/templates/{name}"] = "aor",
        ["GET /api/admin/templates/{name}/versions"] = "aor",
        ["GET /api/admin/templates/{name}/versions/{version}"] = "aor",
        ["PUT /api/admin/templates/{name}"] = "a",
        ["DELETE /api/admin/templates/{name}"] = "a",
        ["GET /api/admin/tenants/"] = "aor",
        ["GET /api/admin/tenants/{id}"] = "aor",
        ["POST /api/admin/tenants/{id}/suspend"] = "ao",
        ["POST /api/admin/tenants/{id}/resume"] = "ao",
        ["POST /api/admin/tenants/{id}/resize"] = "ao",
        ["GET /api/admin/operations/"] = "aor",
        ["GET /api/admin/operations/{id}"] = "aor",
        ["GET /api/admin/audit"] = "ar",
        ["GET /healthz/live"] = "*",
        ["GET /healthz/ready"] = "*",
    };

    [Fact]
    public async Task EveryEndpoint_LetsInExactlyItsRoles()
    {
        await using var host = await AdminHost.StartAsync();
        using var admin = await host.SignInAsync();
        var clients = new Dictionary<char, HttpClient> { ['a'] = admin };
        foreach (var role in new[] { "operator", "auditor", "user" })
        {
            await AdminHost.CreateUserAsync(admin, new { userName = "the-" + role, password = Password, role }, wait: false);
            clients[role == "auditor" ? 'r' : role[0]] = await host.SignInAsync("the-" + role, Password);
        }

        var endpoints = host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<AdminEndpointMarker>() is { IsFallback: false })
            .ToDictionary(endpoint => endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Single() + " " + endpoint.RoutePattern.RawText);
        Assert.Equal(Expected.Keys.Order(StringComparer.Ordinal), endpoints.Keys.Order(StringComparer.Ordinal));

        foreach (var (name, allowed) in Expected)
        {
            var parts = name.Split(' ');
            var path = parts[1].Replace("{version}", "1", StringComparison.Ordinal).Replace("{id}", "no", StringComparison.Ordinal)
                .Replace("{userId}", "no", StringComparison.Ordinal).Replace("{name}", "no", StringComparison.Ordinal).TrimEnd('/');
            foreach (var (role, client) in clients)
            {
                var status = (int)(await client.SendAsync(parts[0], path)).StatusCode;
                Assert.True((status == 403) != (allowed == "*" || allowed.Contains(role, StringComparison.Ordinal)), $"{name} as {role}: {status}");
            }

            var anonymous = (int)(await host.Anonymous().SendAsync(parts[0], path)).StatusCode;
            Assert.True((anonymous == 401) == (allowed != "*"), $"{name} anonymously: {anonymous}");
        }
    }

    [Fact]
    public async Task Endpoint_ThatNamesNoPermission_LetsNobodyIn()
    {
        await using var host = await AdminHost.StartAsync();
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddTenantKit().AddTenantAdmin();
        builder.Configuration["TenantKit:DataDirectory"] = host.Folder;
        var app = builder.Build();

        app.MapTenantAdmin().MapGet("/forgotten", () => "secret");

        var endpoint = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Single(endpoint => endpoint.RoutePattern.RawText == "/forgotten");
        Assert.Equal(AdminPolicies.Deny, endpoint.Metadata.GetRequiredMetadata<IAuthorizeData>().Policy);
    }

    [Fact]
    public async Task Denials_AreAudited_WithinTheBudget()
    {
        await using var host = await AdminHost.StartAsync(settings: new() { ["TenantKit:Admin:DenialsAuditedPerMinute"] = "3" });
        using var admin = await host.SignInAsync();
        await AdminHost.CreateUserAsync(admin, new { userName = "nosy", password = Password, role = "operator" });
        using var nosy = await host.SignInAsync("nosy", Password);

        for (var i = 0; i < 10; i++)
        {
            await (await nosy.SendAsync("GET", "/api/admin/users")).AssertProblemAsync(403, "forbidden");
        }

        var items = (await admin.GetJsonAsync("/api/admin/audit?outcome=denied")).GetProperty("items");
        Assert.Equal(3, items.GetArrayLength());
        Assert.Equal(("nosy", "request.get", "path/api/admin/users"), (items[0].Text("actorName"), items[0].Text("action"), items[0].Text("target")));
    }
}
