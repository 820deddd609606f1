using System.Text.Json;
using TenantKit.Admin.Tests.Hosting;

namespace TenantKit.Admin.Tests.Users;

public sealed class UserValuesTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string Password = "a-password-of-twelve";

    [Theory]
    [InlineData("administrator")]
    [InlineData("operator")]
    [InlineData("auditor")]
    public async Task Create_Staff_GetsNoTenant(string role)
    {
        var user = await AdminHost.CreateUserAsync(shared.Admin, new { userName = "staff-" + role, role });

        Assert.Equal(JsonValueKind.Null, user.GetProperty("tenantId").ValueKind);
        Assert.Equal(JsonValueKind.Null, user.GetProperty("container").ValueKind);
    }

    [Fact]
    public async Task Create_WithTenantId_JoinsTheTenant()
    {
        var first = await AdminHost.CreateUserAsync(shared.Admin, new { userName = "joined" });

        var second = await AdminHost.CreateUserAsync(shared.Admin, new { userName = "joiner", tenantId = first.Text("tenantId") });

        Assert.Equal(first.Text("tenantId"), second.Text("tenantId"));
        Assert.Equal("http://127.0.0.1:5081/t/joined/", second.GetProperty("container").Text("url"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../x")]
    [InlineData(" alice")]
    [InlineData("alice ")]
    [InlineData("al ice")]
    [InlineData("al\u0000ice")]
    [InlineData("al\u202Eice")]
    [InlineData("al\u200Bice")]
    [InlineData("\u0430dmin")]
    [InlineData("e\u0301mile")]
    [InlineData("\uFF41lice")]
    [InlineData("..")]
    [InlineData("system")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Create_WithBadName_IsRefusedByField(string userName)
    {
        var answer = await shared.Admin.SendAsync("POST", "/api/admin/users", new { userName, password = Password });

        var problem = await answer.AssertProblemAsync(400, "validation_failed");
        Assert.Single(problem.GetProperty("errors").GetProperty("userName").EnumerateArray());
    }

    [Theory]
    [InlineData("张伟")]
    [InlineData("Дмитрий")]
    [InlineData("a.b_c-d@e+f9")]
    public async Task Create_WithOrdinaryName_IsAccepted(string userName)
    {
        Assert.Equal(userName, (await AdminHost.CreateUserAsync(shared.Admin, new { userName })).Text("userName"));
    }

    [Theory]
    [InlineData("too-short")]
    [InlineData("passwordpassword")]
    [InlineData("password123456!")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("123456789012345")]
    [InlineData("carol-the-user-name")]
    public async Task Create_WithBadPassword_IsRefusedByField(string password)
    {
        var answer = await shared.Admin.SendAsync("POST", "/api/admin/users", new { userName = "Carol-the-user-name", password });

        var problem = await answer.AssertProblemAsync(400, "validation_failed");
        Assert.True(problem.GetProperty("errors").TryGetProperty("password", out _));
        Assert.DoesNotContain(password, problem.ToString().Replace("Carol-the-user-name", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_WithSeveralFaults_NamesThemAll()
    {
        var answer = await shared.Admin.SendAsync(
            "POST", "/api/admin/users", new { userName = "a b", password = new string('x', 129), email = "nowhere", tenantId = "x", tenant = new { name = "x" } });

        var problem = await answer.AssertProblemAsync(400, "validation_failed");
        Assert.Equal(["email", "password", "tenant", "userName"], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order());
    }

    [Theory]
    [InlineData("UPPER", 400, "validation_failed")]
    [InlineData("api", 400, "validation_failed")]
    [InlineData("taken", 409, "tenant_name_taken")]
    public async Task Create_WithBadTenantName_LeavesNothingBehind(string name, int status, string code)
    {
        await shared.Admin.SendAsync("POST", "/api/admin/users", new { userName = "holder", tenant = new { name = "taken" } });

        var answer = await shared.Admin.SendAsync("POST", "/api/admin/users", new { userName = "rejected", tenant = new { name } });

        Assert.True((await answer.AssertProblemAsync(status, code)).GetProperty("errors").TryGetProperty("tenant.name", out _));
        Assert.Equal(0, (await shared.Admin.GetJsonAsync("/api/admin/users?userName=rejected")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Create_WithUnknownTemplateOrTenant_IsRefused()
    {
        await (await shared.Admin.SendAsync("POST", "/api/admin/users", new { userName = "a1", tenant = new { template = "nope" } })).AssertProblemAsync(400, "template_not_found");
        await (await shared.Admin.SendAsync("POST", "/api/admin/users", new { userName = "a1", tenantId = "nope" })).AssertProblemAsync(404, "tenant_not_found");
        Assert.Equal(0, (await shared.Admin.GetJsonAsync("/api/admin/users?q=a1")).GetProperty("items").GetArrayLength());
    }
}
