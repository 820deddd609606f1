using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using TenantKit.Admin.Tests.Hosting;
using TenantKit.Control;
using TenantKit.Users;

namespace TenantKit.Admin.Tests.Users;

/// <summary>What ends a user's sign-ins tells the gateways, in the same commit.</summary>
public sealed class RevocationTests
{
    private const string Password = "a-password-of-twelve";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Change_ThatEndsSignIns_RevokesAllTokensButThoseOfTheNewStamp(bool foreignStore)
    {
        await using var host = await StartAsync(foreignStore);
        using var client = await host.SignInAsync();
        var id = (await AdminHost.CreateUserAsync(client, new { userName = "eve", password = Password }, wait: false)).Text("id");
        Assert.Empty(await host.Store.ListRevocationsAsync(0, Stop));

        await PutAsync(client, id, new { email = "eve@example.org" });
        Assert.Empty(await host.Store.ListRevocationsAsync(0, Stop));

        await PutAsync(client, id, new { password = "another-password" });
        var revocation = await LastAsync(host, 1);
        Assert.Equal(id, revocation.UserId);
        Assert.Equal(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(10), revocation.ExpiresAt - revocation.CreatedAt);
        using var own = await host.SignInAsync("eve", "another-password");
        Assert.Equal(Stamp(own), revocation.ValidStamp);

        await PutAsync(client, id, new { disabled = true });
        Assert.Null((await LastAsync(host, 2)).ValidStamp);

        await PutAsync(client, id, new { disabled = false });
        using var again = await host.SignInAsync("eve", "another-password");
        Assert.Equal(Stamp(again), (await LastAsync(host, 3)).ValidStamp);
        Assert.NotEqual(Stamp(own), Stamp(again));

        await client.SendAsync("DELETE", "/api/admin/users/" + id, null, ("Prefer", "wait=30"));
        Assert.Equal((id, null), ((await LastAsync(host, 4)).UserId, (await LastAsync(host, 4)).ValidStamp));
    }

    [Fact]
    public async Task Delete_OfOneOfSeveralUsers_RevokesItsTokens()
    {
        await using var host = await StartAsync(foreignStore: false);
        using var client = await host.SignInAsync();
        var first = await AdminHost.CreateUserAsync(client, new { userName = "first", password = Password }, wait: false);
        var second = await AdminHost.CreateUserAsync(client, new { userName = "second", password = Password, tenantId = first.Text("tenantId") }, wait: false);

        Assert.Equal(204, (int)(await client.SendAsync("DELETE", "/api/admin/users/" + second.Text("id"))).StatusCode);

        Assert.Equal((second.Text("id"), null), ((await LastAsync(host, 1)).UserId, (await LastAsync(host, 1)).ValidStamp));
    }

    private static string Stamp(HttpClient client) =>
        new JsonWebToken(client.DefaultRequestHeaders.Authorization!.Parameter).GetClaim(AccessTokenClaims.Stamp).Value;

    private static async Task PutAsync(HttpClient client, string id, object body) =>
        Assert.Equal(200, (int)(await client.SendAsync("PUT", "/api/admin/users/" + id, body)).StatusCode);

    private static async Task<Revocation> LastAsync(AdminHost host, int count)
    {
        var all = await host.Store.ListRevocationsAsync(0, Stop);
        Assert.Equal(count, all.Count);
        return all[^1];
    }

    private static Task<AdminHost> StartAsync(bool foreignStore) => AdminHost.StartAsync(kit =>
    {
        if (foreignStore)
        {
            kit.Services.AddSingleton(new ForeignUserStore.Rows());
            kit.UseUserStore<ForeignUserStore>();
        }
    });
}
