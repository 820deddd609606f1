using System.Net;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests;

/// <summary>Deleting a user leaves nothing of it but the audit log.</summary>
public sealed class DeleteTests(SharedHost shared)
{
    [Fact]
    public async Task Delete_OfARunningTenant_LeavesNothingButAuditRows()
    {
        using var tenant = await shared.Admin.CreateTenantAsync("leaver");
        await tenant.PlaceOrderAsync("soon gone");
        Assert.NotEmpty(FilesOf(tenant.User.TenantId));

        using var answer = await shared.Admin.DeleteUserAsync(tenant.User.Id);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Empty(tenant.Processes());
        Assert.Empty(FilesOf(tenant.User.TenantId));
        using var call = await tenant.SendAsync(HttpMethod.Get, "/t/leaver/api/whoami");
        Assert.Contains(call.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.Unauthorized });
        Assert.Null(await shared.Admin.FindStatusAsync(tenant.User.Id));
        var ofUser = await shared.Admin.ListAuditAsync($"user/{tenant.User.Id}");
        Assert.Contains(ofUser, row => row.Action == "user.create");
        Assert.Contains(ofUser, row => row.Action == "user.delete");
        Assert.Contains(await shared.Admin.ListAuditAsync($"tenant/{tenant.User.TenantId}"), row => row.Action == "tenant.delete");
    }

    [Fact]
    public async Task Create_WithTheNameOfADeletedTenant_StartsFromNothing()
    {
        using var first = await shared.Admin.CreateTenantAsync("phoenix");
        await first.PlaceOrderAsync("of the first life");
        using var deleted = await shared.Admin.DeleteUserAsync(first.User.Id);

        using var second = await shared.Admin.CreateTenantAsync("phoenix");

        Assert.NotEqual(first.User.TenantId, second.User.TenantId);
        Assert.DoesNotContain(await second.ListOrdersAsync(), order => order.Customer == "of the first life");
        using var intruder = await first.SendAsync(HttpMethod.Get, "/t/phoenix/api/whoami");
        Assert.Contains(intruder.StatusCode, new[] { HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized });
    }

    [Fact]
    public async Task Delete_OfASleepingTenant_IsDoneWithoutWakingIt()
    {
        using var tenant = await shared.Admin.CreateTenantAsync("asleep-at-the-end");
        await shared.Admin.StopAsync(tenant.User.Id);

        using var answer = await shared.Admin.DeleteUserAsync(tenant.User.Id);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Empty(FilesOf(tenant.User.TenantId));
    }

    private string[] FilesOf(string tenantId) =>
        Directory.GetFileSystemEntries(
            shared.Host.Settings.DataDirectory,
            $"*{tenantId}*",
            new EnumerationOptions { RecurseSubdirectories = true, MatchCasing = MatchCasing.CaseInsensitive, AttributesToSkip = FileAttributes.None });
}
