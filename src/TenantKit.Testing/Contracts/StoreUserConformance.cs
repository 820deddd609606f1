using TenantKit.Storage;
using TenantKit.Users;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>What <see cref="IUserReader"/> and <see cref="IRevocationReader"/> promise.</summary>
public abstract class StoreUserConformance : TenantStoreConformance
{
    /// <summary>What does not exist is null, not an error.</summary>
    [Fact]
    public async Task Find_Unknown_IsNull()
    {
        Assert.Null(await Store.FindUserAsync("u1", Stop));
        Assert.Null(await Store.FindUserByNameAsync("ADA", Stop));
        Assert.Null(await Store.FindRefreshTokenAsync("r1", Stop));
        Assert.Empty(await Store.ListUsersOfTenantAsync("t1", Stop));
    }

    /// <summary>A name is found in upper case only.</summary>
    [Fact]
    public async Task FindUserByNameAsync_OtherCase_IsNull()
    {
        await PutAsync(TestRecords.User("u1", userName: "Ada"));

        Assert.Equal("Ada", (await Store.FindUserByNameAsync("ADA", Stop))!.UserName);
        Assert.Null(await Store.FindUserByNameAsync("Ada", Stop));
    }

    /// <summary>A tenant's users include those being deleted; the list of users does not.</summary>
    [Fact]
    public async Task ListUsersOfTenantAsync_WithDeleted_HoldsThemInOrder()
    {
        await PutAsync(
            TestRecords.User("u3", tenantId: "t1"),
            TestRecords.User("u1", tenantId: "t1") with { DeletedAt = TestRecords.Moment },
            TestRecords.User("u2", tenantId: "t2"),
            TestRecords.User("u4"));

        Assert.Equal(["u1", "u3"], (await Store.ListUsersOfTenantAsync("t1", Stop)).Select(static user => user.Id));
        await ExpectAsync(new UserFilter(), "u2", "u3", "u4");
        await ExpectAsync(new UserFilter { TenantId = "t1" }, "u3");
    }

    /// <summary>Each filter lets through what it names, bounds excluded, and together they let through what all name.</summary>
    [Fact]
    public async Task ListUsersAsync_Filters_Match()
    {
        await PutAsync(
            TestRecords.User("u1", "Ada", "t1") with { Role = UserRole.User, CreatedAt = TestRecords.Moment },
            TestRecords.User("u2", "adam", "t1") with { Role = UserRole.Auditor, CreatedAt = TestRecords.Moment.AddTicks(1) },
            TestRecords.User("u3", "Bob", "t2") with { Role = UserRole.User, CreatedAt = TestRecords.Moment.AddTicks(2) },
            TestRecords.User("u4", "a_d%", "t3") with { Role = UserRole.User, CreatedAt = TestRecords.Moment.AddTicks(3) },
            TestRecords.User("u5", "Ädam", "t3") with { Role = UserRole.Administrator, CreatedAt = TestRecords.Moment.AddTicks(4) });

        await ExpectAsync(new UserFilter { UserName = "aDa" }, "u1");
        await ExpectAsync(new UserFilter { UserName = "äDAM" }, "u5");
        await ExpectAsync(new UserFilter { NamePrefix = "aDa" }, "u1", "u2");
        await ExpectAsync(new UserFilter { NamePrefix = "" }, "u1", "u2", "u3", "u4", "u5");
        await ExpectAsync(new UserFilter { NamePrefix = "a_" }, "u4");
        await ExpectAsync(new UserFilter { NamePrefix = "a%" });
        await ExpectAsync(new UserFilter { NamePrefix = "a_d%" }, "u4");
        await ExpectAsync(new UserFilter { NamePrefix = "ä" }, "u5");
        await ExpectAsync(new UserFilter { Role = UserRole.User }, "u1", "u3", "u4");
        await ExpectAsync(new UserFilter { TenantId = "t1" }, "u1", "u2");
        await ExpectAsync(new UserFilter { CreatedAfter = TestRecords.Moment }, "u2", "u3", "u4", "u5");
        await ExpectAsync(new UserFilter { CreatedBefore = TestRecords.Moment.AddTicks(1) }, "u1");
        await ExpectAsync(new UserFilter { CreatedAfter = TestRecords.Moment, CreatedBefore = TestRecords.Moment.AddTicks(2) }, "u2");
        await ExpectAsync(new UserFilter { CreatedAfter = TestRecords.Moment.ToOffset(TimeSpan.FromHours(3)).AddTicks(3) }, "u5");
        await ExpectAsync(new UserFilter { NamePrefix = "a", Role = UserRole.User, TenantId = "t1" }, "u1");
        await ExpectAsync(new UserFilter { NamePrefix = "b", Role = UserRole.Auditor });
    }

    /// <summary>Pages are in order of id and hold each user once, while others come.</summary>
    [Fact]
    public async Task ListUsersAsync_WhileOthersCome_KeepsThoseThatStay()
    {
        var stay = Enumerable.Range(0, 60).Select(static number => $"u{number:00}5").ToList();
        await PutAsync([.. stay.Select(static id => TestRecords.User(id))]);
        var writer = AtOnceAsync(60, number => PutAsync(TestRecords.User($"u{number:00}{(number % 2 == 0 ? 3 : 7)}")));

        do
        {
            var ids = (await AllAsync(page => Store.ListUsersAsync(new UserFilter(), page, Stop), 9)).Select(static user => user.Id).ToList();
            Assert.Equal(ids.Order(StringComparer.Ordinal).Distinct(), ids);
            Assert.Equal(stay, ids.Where(static id => id[^1] == '5'));
        }
        while (!writer.IsCompleted);
        await writer;
    }

    /// <summary>A session is found by its hash until it is deleted.</summary>
    [Fact]
    public async Task FindRefreshTokenAsync_Deleted_IsNull()
    {
        var revision = await PutAsync(TestRecords.RefreshToken("r1", "u1"), TestRecords.RefreshToken("r2", "u1"));

        await Store.CommitAsync(new ChangeSet().Delete(TestRecords.RefreshToken("r1", "u1") with { Revision = revision }), Stop);

        Assert.Null(await Store.FindRefreshTokenAsync("r1", Stop));
        Assert.NotNull(await Store.FindRefreshTokenAsync("r2", Stop));
    }

    /// <summary>Revocations come in order of revision, each after the revision that was seen, until they are deleted.</summary>
    [Fact]
    public async Task ListRevocationsAsync_AfterARevision_GivesTheNewerOnesInOrder()
    {
        Assert.Empty(await Store.ListRevocationsAsync(0, Stop));
        var first = await PutAsync(TestRecords.Revocation("r2", "u1"));
        await PutAsync(TestRecords.User("u1"));
        var second = await PutAsync(TestRecords.Revocation("r1", "u1") with { ValidStamp = null }, TestRecords.Revocation("r3", "u2"));

        var all = await Store.ListRevocationsAsync(0, Stop);

        Assert.Equal(TestRecords.Revocation("r2", "u1") with { Revision = first }, all[0]);
        Assert.Equal([("r1", null, second), ("r3", "stamp-hash-of-u2", second)], all.Skip(1).Select(static each => (each.Id, each.ValidStamp, each.Revision)).Order());
        Assert.Equal(2, (await Store.ListRevocationsAsync(first, Stop)).Count);
        Assert.Empty(await Store.ListRevocationsAsync(second, Stop));
        await Store.CommitAsync(new ChangeSet().Delete(all[0]), Stop);
        Assert.Equal(2, (await Store.ListRevocationsAsync(0, Stop)).Count);
    }

    /// <summary>A new revocation is in the change log, its removal is not.</summary>
    [Fact]
    public async Task ReadAsync_ARevocation_IsTold()
    {
        var revision = await PutAsync(TestRecords.Revocation("r1", "u1"), TestRecords.Revocation("r2", "u2"));
        await Store.CommitAsync(new ChangeSet().Delete(TestRecords.Revocation("r1", "u1") with { Revision = revision }), Stop);

        Assert.Equal([new ChangeLogEntry(revision, ChangeLogEntry.Revocations)], await Store.ReadAsync(0, 10, Stop));
    }

    /// <summary>A page has bounds.</summary>
    /// <param name="limit">A limit that is none.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(501)]
    public void PageRequest_OutOfBounds_IsRefused(int limit) => Assert.Throws<ArgumentOutOfRangeException>(() => new PageRequest(limit));

    private async Task ExpectAsync(UserFilter filter, params string[] ids) => Assert.Equal(
        ids, (await AllAsync(page => Store.ListUsersAsync(filter, page, Stop), 2)).Select(static user => user.Id));
}
