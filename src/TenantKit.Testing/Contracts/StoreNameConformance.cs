using TenantKit.Storage;
using TenantKit.Tenants;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>Names are unique among the living.</summary>
public abstract class StoreNameConformance : TenantStoreConformance
{
    /// <summary>Of many tenants of one name made at once, exactly one is.</summary>
    [Fact]
    public async Task CommitAsync_FiftyTenantsOfOneName_OneWins()
    {
        var won = await AtOnceAsync(50, number => WinsAsync(TestRecords.Tenant($"t{number:00}", name: "acme")));

        Assert.Single(won, static each => each);
        Assert.Equal($"t{Array.IndexOf(won, true):00}", (await Store.FindTenantByNameAsync("acme", Stop))!.Id);
        Assert.Single(await AllAsync(page => Store.ListTenantsAsync(new TenantFilter { Name = "acme" }, page, Stop), 10));
    }

    /// <summary>Of many users of one name made at once, differing in case, exactly one is.</summary>
    [Fact]
    public async Task CommitAsync_FiftyUsersOfOneName_OneWins()
    {
        var won = await AtOnceAsync(50, number => WinsAsync(TestRecords.User($"u{number:00}", userName: number % 2 == 0 ? "Ada" : "aDA")));

        Assert.Single(won, static each => each);
        Assert.Equal($"u{Array.IndexOf(won, true):00}", (await Store.FindUserByNameAsync("ADA", Stop))!.Id);
    }

    /// <summary>The refusal names the type and the name.</summary>
    [Fact]
    public async Task CommitAsync_NameTaken_SaysWhose()
    {
        await PutAsync(TestRecords.Tenant("t1", name: "acme"), TestRecords.User("u1", userName: "Ada"));

        var tenant = await Assert.ThrowsAsync<NameTakenException>(() => PutAsync(TestRecords.Tenant("t2", name: "acme")));
        var user = await Assert.ThrowsAsync<NameTakenException>(() => PutAsync(TestRecords.User("u2", userName: "ADA")));

        Assert.Equal(("Tenant", "acme"), (tenant.RecordType, tenant.Name));
        Assert.Equal(("User", "ADA"), (user.RecordType, user.Name));
        Assert.Equal("The name 'acme' is taken by another Tenant. Choose another.", tenant.Message);
    }

    /// <summary>A record may keep its own name, and take another only when it is free.</summary>
    [Fact]
    public async Task CommitAsync_Rename_NeedsAFreeName()
    {
        await PutAsync(TestRecords.User("u1", userName: "Ada"), TestRecords.User("u2", userName: "Bob"));
        var ada = (await Store.FindUserAsync("u1", Stop))!;

        var revision = await PutAsync(ada with { Email = "new@example.org" });
        ada = ada with { Revision = revision };
        await Assert.ThrowsAsync<NameTakenException>(() => PutAsync(ada with { UserName = "bob", NormalizedUserName = "BOB" }));
        await PutAsync(ada with { UserName = "Eve", NormalizedUserName = "EVE" });

        Assert.Null(await Store.FindUserByNameAsync("ADA", Stop));
        Assert.Equal("u1", (await Store.FindUserByNameAsync("EVE", Stop))!.Id);
        await PutAsync(TestRecords.User("u3", userName: "Ada"));
    }

    /// <summary>A stale record that also wants a taken name is stale first.</summary>
    [Fact]
    public async Task CommitAsync_StaleAndNameTaken_Conflicts()
    {
        await PutAsync(TestRecords.User("u1", userName: "Ada"), TestRecords.User("u2", userName: "Bob"));
        var ada = (await Store.FindUserAsync("u1", Stop))!;

        await Assert.ThrowsAsync<RevisionConflictException>(
            () => PutAsync(ada with { Revision = ada.Revision + 1, UserName = "Bob", NormalizedUserName = "BOB" }));
    }

    /// <summary>Deletion sets the name free, and the deleted stay readable by id.</summary>
    [Fact]
    public async Task CommitAsync_NameOfDeleted_IsFree()
    {
        await PutAsync(TestRecords.Tenant("t1", name: "acme"), TestRecords.User("u1", userName: "Ada"));
        var tenant = (await Store.FindTenantAsync("t1", Stop))!;
        var user = (await Store.FindUserAsync("u1", Stop))!;
        await PutAsync(
            tenant with { Desired = DesiredState.Deleted, DeletedAt = TestRecords.Moment },
            user with { DeletedAt = TestRecords.Moment });

        Assert.Null(await Store.FindTenantByNameAsync("acme", Stop));
        Assert.Null(await Store.FindUserByNameAsync("ADA", Stop));
        await PutAsync(TestRecords.Tenant("t2", name: "acme"), TestRecords.User("u2", userName: "ada"));

        Assert.Equal("t2", (await Store.FindTenantByNameAsync("acme", Stop))!.Id);
        Assert.Equal("u2", (await Store.FindUserByNameAsync("ADA", Stop))!.Id);
        Assert.Equal("acme", (await Store.FindTenantAsync("t1", Stop))!.Name);
        Assert.Equal("Ada", (await Store.FindUserAsync("u1", Stop))!.UserName);
    }

    /// <summary>One set may delete a record and give its name to another.</summary>
    [Fact]
    public async Task CommitAsync_DeleteAndReuseInOneSet_Succeeds()
    {
        await PutAsync(TestRecords.User("u1", userName: "Ada"));
        var user = (await Store.FindUserAsync("u1", Stop))!;

        await Store.CommitAsync(new ChangeSet().Delete(user).Put(TestRecords.User("u2", userName: "Ada")), Stop);

        Assert.Null(await Store.FindUserAsync("u1", Stop));
        Assert.Equal("u2", (await Store.FindUserByNameAsync("ADA", Stop))!.Id);
    }

    private async Task<bool> WinsAsync(IStoreRecord record)
    {
        try
        {
            await PutAsync(record);
            return true;
        }
        catch (NameTakenException)
        {
            return false;
        }
    }
}
