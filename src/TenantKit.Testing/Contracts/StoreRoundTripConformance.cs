using TenantKit.Audit;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Tenants;
using TenantKit.Users;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>What is read is what was written.</summary>
public abstract class StoreRoundTripConformance : TenantStoreConformance
{
    /// <summary>Texts that careless storage changes: accents, other scripts and directions, 4-byte characters, spaces at the end, quotes, wildcards.</summary>
    public static TheoryData<string> Texts { get; } =
    [
        "", " ", "trailing  ", "\ttab and\r\nlines\n", "Ünïcödé ß ﬁ", "naïve e\u0301 is not é", "日本語 中文 한국어", "مرحبا שלום \u202Eabc", "🏳️‍🌈👩‍👩‍👧 𝔘𝕟𝕚 \U0010FFFF",
        "quote ' \" ` \\ ; -- /* %_?", "null \\0 {\"json\":[1]}", "<script>&amp;",
    ];

    /// <summary>Every member of every record comes back, times to the tick.</summary>
    [Fact]
    public async Task CommitAsync_EveryRecord_RoundTrips()
    {
        var revision = await Store.CommitAsync(
            new ChangeSet()
                .Put(TestRecords.Tenant("t1")).Put(TestRecords.Status("t1")).Put(TestRecords.Instance("i1", "t1")).Put(TestRecords.Ledger("t1"))
                .Put(TestRecords.User("u1", tenantId: "t1")).Put(TestRecords.RefreshToken("r1", "u1")).Put(TestRecords.Template("small", 2))
                .Put(TestRecords.Operation("o1", "t1")).Put(TestRecords.Idempotency("k1")).Record(TestRecords.Audit("a1")),
            Stop);

        var state = (await Store.LoadStateAsync("t1", Stop))!;
        Assert.Equivalent(TestRecords.Tenant("t1") with { Revision = revision }, state.Tenant, strict: true);
        Assert.Equivalent(TestRecords.Tenant("t1") with { Revision = revision }, await Store.FindTenantAsync("t1", Stop), strict: true);
        Assert.Equal(TestRecords.Status("t1") with { Revision = revision }, state.Status);
        Assert.Equal(TestRecords.Instance("i1", "t1") with { Revision = revision }, Assert.Single(state.Instances));
        Assert.Equal(TestRecords.Ledger("t1") with { Revision = revision }, Assert.Single(state.Ledger));
        Assert.Equivalent(TestRecords.Operation("o1", "t1") with { Revision = revision }, Assert.Single(state.OpenOperations), strict: true);
        Assert.Equivalent(TestRecords.Operation("o1", "t1") with { Revision = revision }, await Store.FindOperationAsync("o1", Stop), strict: true);
        Assert.Equal(TestRecords.User("u1", tenantId: "t1") with { Revision = revision }, await Store.FindUserAsync("u1", Stop));
        Assert.Equal(TestRecords.RefreshToken("r1", "u1") with { Revision = revision }, await Store.FindRefreshTokenAsync("r1", Stop));
        Assert.Equivalent(TestRecords.Template("small", 2) with { Revision = revision }, await Store.FindTemplateAsync("small", 2, Stop), strict: true);
        Assert.Equal(TestRecords.Idempotency("k1") with { Revision = revision }, await Store.FindIdempotencyRecordAsync("k1", Stop));
        Assert.Equal(TestRecords.Audit("a1"), Assert.Single((await Store.ListAuditAsync(new AuditFilter(), new PageRequest(2), Stop)).Items));
    }

    /// <summary>What a list gives is what a single read gives.</summary>
    [Fact]
    public async Task ListTenantsAsync_Page_GivesTheWholeState()
    {
        await PutAsync(TestRecords.Tenant("t1"), TestRecords.Status("t1"), TestRecords.Instance("i1", "t1"), TestRecords.Ledger("t1"), TestRecords.Operation("o1", "t1"));

        var listed = Assert.Single((await Store.ListTenantsAsync(new TenantFilter(), new PageRequest(2), Stop)).Items);

        Assert.Equivalent(await Store.LoadStateAsync("t1", Stop), listed, strict: true);
    }

    /// <summary>Members that may be missing come back as null, and default ones as their defaults.</summary>
    [Fact]
    public async Task CommitAsync_MinimalRecords_RoundTrip()
    {
        var tenant = new Tenant
        {
            Id = "t1", Name = "n1", OwnerUserId = "o1", TemplateName = "small", TemplateVersion = 1, Resources = ResourceLimits.Default, CreatedAt = DateTimeOffset.UnixEpoch,
        };
        var user = new User { Id = "u1", UserName = "ada", NormalizedUserName = "ADA", CreatedAt = DateTimeOffset.MinValue, UpdatedAt = DateTimeOffset.MaxValue };
        var template = new Template { Name = "small", Version = 1, Image = "image", CreatedAt = TestRecords.Moment };
        var instance = new Instance { Id = "i1", TenantId = "t1", State = InstanceState.Starting, CreatedAt = TestRecords.Moment };
        var status = new TenantStatus { TenantId = "t1", ChangedAt = TestRecords.Moment };

        var revision = await PutAsync(tenant, user, template, instance, status);

        var state = (await Store.LoadStateAsync("t1", Stop))!;
        Assert.Equivalent(tenant with { Revision = revision }, state.Tenant, strict: true);
        Assert.Equal(status with { Revision = revision }, state.Status);
        Assert.Equal(instance with { Revision = revision }, Assert.Single(state.Instances));
        Assert.Equal(user with { Revision = revision }, await Store.FindUserAsync("u1", Stop));
        Assert.Equivalent(template with { Revision = revision }, await Store.FindTemplateAsync("small", 1, Stop), strict: true);
    }

    /// <summary>A replaced record has its new values, those that became null included.</summary>
    [Fact]
    public async Task CommitAsync_Replace_WritesEveryMember()
    {
        await PutAsync(TestRecords.Instance("i1", "t1"), TestRecords.Tenant("t1"), TestRecords.Status("t1"));
        var state = (await Store.LoadStateAsync("t1", Stop))!;
        var instance = state.Instances[0] with { State = InstanceState.Exited, Claim = InstanceClaim.None, Endpoint = null, StartedAt = null, ExitCode = null };
        var status = state.Status with { Message = null, RetryAt = null, LastAccessAt = null, Provisioned = false, Phase = TenantPhase.Failed };

        var revision = await PutAsync(instance, status);

        state = (await Store.LoadStateAsync("t1", Stop))!;
        Assert.Equal(instance with { Revision = revision }, Assert.Single(state.Instances));
        Assert.Equal(status with { Revision = revision }, state.Status);
    }

    /// <summary>Text comes back character by character.</summary>
    /// <param name="text">The text.</param>
    [Theory]
    [MemberData(nameof(Texts))]
    public async Task CommitAsync_Text_IsKeptExactly(string text)
    {
        await Store.CommitAsync(
            new ChangeSet()
                .Put(TestRecords.User("u1") with { UserName = text, NormalizedUserName = text })
                .Put(TestRecords.Status("t1") with { Message = text })
                .Put(TestRecords.Tenant("t1") with { Labels = new Dictionary<string, string> { [text] = text } })
                .Put(TestRecords.Template("small") with { Command = [text, text + "2"] })
                .Put(TestRecords.Idempotency("k1") with { Body = text })
                .Record(TestRecords.Audit("a1") with { Detail = text, Target = text }),
            Stop);

        var state = (await Store.LoadStateAsync("t1", Stop))!;
        Assert.Equal(text, (await Store.FindUserByNameAsync(text, Stop))!.UserName);
        Assert.Equal(text, state.Status.Message);
        Assert.Equal(text, state.Tenant.Labels[text]);
        Assert.Equal([text, text + "2"], (await Store.FindTemplateAsync("small", 1, Stop))!.Command);
        Assert.Equal(text, (await Store.FindIdempotencyRecordAsync("k1", Stop))!.Body);
        Assert.Equal(text, Assert.Single((await Store.ListAuditAsync(new AuditFilter { Target = text }, new PageRequest(2), Stop)).Items).Detail);
    }

    /// <summary>Names that a lax comparison takes for the same are different ones.</summary>
    [Fact]
    public async Task CommitAsync_NamesThatLookAlike_AreDifferent()
    {
        string[] names = ["ADA", "ADA ", " ADA", "ÀDA", "A\u0300DA", "ADA\u200B", "АDA", "𝔸DA", "ada"];

        await PutAsync([.. names.Select(static (name, index) => TestRecords.User($"u{index}") with { UserName = name, NormalizedUserName = name })]);

        for (var index = 0; index < names.Length; index++)
        {
            Assert.Equal($"u{index}", (await Store.FindUserByNameAsync(names[index], Stop))!.Id);
        }
    }

    /// <summary>A moment with an offset is the same moment, to the tick.</summary>
    [Fact]
    public async Task CommitAsync_TimeWithOffset_IsTheSameMoment()
    {
        var local = new DateTimeOffset(2026, 3, 29, 2, 30, 0, TimeSpan.FromHours(5.5)).AddTicks(1);

        await PutAsync(TestRecords.User("u1") with { CreatedAt = local });

        Assert.Equal(local.UtcTicks, (await Store.FindUserAsync("u1", Stop))!.CreatedAt.UtcTicks);
    }

    /// <summary>A megabyte in one member is no trouble.</summary>
    [Fact]
    public async Task CommitAsync_LargeValue_RoundTrips()
    {
        var large = string.Concat(Enumerable.Range(0, 100_000).Select(static number => $"{number:x5}é🏙 "));
        var steps = Enumerable.Range(0, 2_000)
            .Select(static number => new Operations.OperationStep($"step-{number}", Operations.OperationState.Succeeded, TestRecords.Moment, null, null)).ToList();

        await PutAsync(TestRecords.Idempotency("k1") with { Body = large }, TestRecords.Operation("o1", "t1") with { Steps = steps });

        Assert.Equal(large, (await Store.FindIdempotencyRecordAsync("k1", Stop))!.Body);
        Assert.Equal(steps, (await Store.FindOperationAsync("o1", Stop))!.Steps);
    }

    /// <summary>One set may hold a thousand records.</summary>
    [Fact]
    public async Task CommitAsync_ManyRecords_AreOneCommit()
    {
        var revision = await PutAsync([.. Enumerable.Range(0, 1_000).Select(static number => TestRecords.Tenant($"t{number:0000}"))]);

        var all = await AllAsync(page => Store.ListTenantsAsync(new TenantFilter(), page, Stop), 500);
        Assert.Equal(1_000, all.Count);
        Assert.All(all, state => Assert.Equal(revision, state.Tenant.Revision));
    }

    /// <summary>Every value of every enumeration comes back.</summary>
    [Fact]
    public async Task CommitAsync_EveryEnumValue_RoundTrips()
    {
        foreach (var phase in Enum.GetValues<TenantPhase>())
        {
            await PutAsync(TestRecords.Tenant($"t-{phase}"), TestRecords.Status($"t-{phase}", phase));
            Assert.Equal(phase, (await Store.LoadStateAsync($"t-{phase}", Stop))!.Status.Phase);
        }

        foreach (var outcome in Enum.GetValues<AuditOutcome>())
        {
            await Store.CommitAsync(new ChangeSet().Record(TestRecords.Audit($"a-{outcome}") with { Outcome = outcome }), Stop);
            var page = await Store.ListAuditAsync(new AuditFilter { Outcome = outcome }, new PageRequest(5), Stop);
            Assert.Equal($"a-{outcome}", Assert.Single(page.Items).Id);
        }

        foreach (var role in Enum.GetValues<UserRole>())
        {
            await PutAsync(TestRecords.User($"u-{role}") with { Role = role });
            Assert.Equal($"u-{role}", Assert.Single((await Store.ListUsersAsync(new UserFilter { Role = role }, new PageRequest(5), Stop)).Items).Id);
        }
    }
}
