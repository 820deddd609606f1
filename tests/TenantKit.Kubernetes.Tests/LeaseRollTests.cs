using System.Text.Json.Nodes;
using k8s;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Kubernetes.Access;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Leases;
using TenantKit.Kubernetes.Tests.Emulator;
using TenantKit.Orchestration;
using TenantKit.Storage;

namespace TenantKit.Kubernetes.Tests;

/// <summary>Which replicas live, told by Leases.</summary>
public sealed class LeaseRollTests : KubernetesTest
{
    private const string Space = "tenantkit-system";

    public LeaseRollTests() => Cluster.Make("namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = Space } });

    [Fact]
    public async Task RenewAsync_SeveralReplicas_SeeEachOtherAndEachRenewal()
    {
        var (one, two) = (New(), New());
        await one.RenewAsync("one", Token);
        var before = Assert.Single(await two.RenewAsync("two", Token), static entry => entry.Holder == "one");

        await one.RenewAsync("one", Token);
        var after = await two.RenewAsync("two", Token);

        Assert.Equal(["replica/one", "replica/two"], after.Select(static entry => entry.Name).Order());
        Assert.True(after.Single(static entry => entry.Holder == "one").Revision > before.Revision);
    }

    [Fact]
    public async Task RenewAsync_AtRest_TakesTwoRequests()
    {
        var one = New();
        await one.RenewAsync("one", Token);
        Cluster.Audit.Clear();

        await one.RenewAsync("one", Token);

        Assert.Equal(["update leases", "list leases"], Cluster.Audit.Select(static line => $"{line.Verb} {line.Resource}"));
    }

    [Fact]
    public async Task RenewAsync_Lease_IsInTheFormOfTheApi()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1_234_567));
        await New(clock, TimeSpan.FromSeconds(15)).RenewAsync("01jd8x3v7qaaaaaaaaaaaaaaaa", Token);

        var lease = Cluster.List("leases").Single();
        Assert.Equal((Space, "tenantkit-default-01jd8x3v7qaaaaaaaaaaaaaaaa"), (lease.Text("metadata", "namespace"), lease.Text("metadata", "name")));
        Assert.Equal(("01jd8x3v7qaaaaaaaaaaaaaaaa", "15", "2026-01-02T03:04:05.123456Z", "2026-01-02T03:04:05.123456Z"), (lease.Text("spec", "holderIdentity"), lease.Text("spec", "leaseDurationSeconds"), lease.Text("spec", "acquireTime"), lease.Text("spec", "renewTime")));
    }

    [Fact]
    public async Task RenewAsync_ClocksFarApart_CountsByRenewalsAlone()
    {
        var one = New(new FakeTimeProvider(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        var two = New(new FakeTimeProvider(new DateTimeOffset(1999, 1, 1, 0, 0, 0, TimeSpan.Zero)));

        var before = (await one.RenewAsync("one", Token), await two.RenewAsync("two", Token));
        var after = (await one.RenewAsync("one", Token), await two.RenewAsync("two", Token));

        Assert.Equal(2, before.Item2.Count);
        Assert.Equal(2, after.Item1.Count);
        Assert.True(after.Item2.Single(static entry => entry.Holder == "one").Revision > before.Item2.Single(static entry => entry.Holder == "one").Revision);
    }

    [Fact]
    public async Task RemoveAsync_RenewedMeanwhile_IsAConflictAndRemovesNothing()
    {
        var (one, two) = (New(), New());
        await one.RenewAsync("one", Token);
        var entry = (await two.RenewAsync("two", Token)).Single(static entry => entry.Holder == "one");
        await one.RenewAsync("one", Token);

        await Assert.ThrowsAsync<RevisionConflictException>(() => two.RemoveAsync(entry, Token));

        Assert.Equal(2, Cluster.List("leases").Count);
    }

    [Fact]
    public async Task RenewAsync_AfterItWasRemoved_SaysSoOnceAndIsBack()
    {
        var (one, two) = (New(), New());
        await one.RenewAsync("one", Token);
        await two.RemoveAsync((await two.RenewAsync("two", Token)).Single(static entry => entry.Holder == "one"), Token);

        Assert.Equal(["two"], (await one.RenewAsync("one", Token)).Select(static entry => entry.Holder));
        Assert.Equal(["one", "two"], (await one.RenewAsync("one", Token)).Select(static entry => entry.Holder).Order());
    }

    [Fact]
    public async Task RenewAsync_RemovedAndMadeAnewByAnotherProcessOfTheName_IsSeenToo()
    {
        var (before, other) = (New(), New());
        await before.RenewAsync("one", Token);
        await other.RemoveAsync((await other.RenewAsync("two", Token)).Single(static entry => entry.Holder == "one"), Token);
        await New().RenewAsync("one", Token);

        Assert.DoesNotContain(await before.RenewAsync("one", Token), static entry => entry.Holder == "one");
    }

    [Fact]
    public async Task RenewAsync_AnswerLost_IsNoLossOfTheLease()
    {
        var losses = 0;
        Cluster.Faults.LosesAnswer = (verb, path) => path.Plural == "leases" && verb is "create" or "update" && Interlocked.Increment(ref losses) is 1 or 3;
        var one = New();
        await Assert.ThrowsAsync<OrchestratorException>(() => one.RenewAsync("one", Token));

        Assert.Single(await one.RenewAsync("one", Token));
        Assert.Single(await one.RenewAsync("one", Token));
        Assert.Single(await one.RenewAsync("one", Token));
        Assert.True(losses > 3);
    }

    [Fact]
    public async Task RenewAsync_SameNameAfterACrash_GoesOnWithTheSameLease()
    {
        await New().RenewAsync("one", Token);
        var uid = Cluster.List("leases").Single().Text("metadata", "uid");

        Assert.Single(await New().RenewAsync("one", Token));

        Assert.Equal(uid, Cluster.List("leases").Single().Text("metadata", "uid"));
    }

    [Fact]
    public async Task RenewAsync_ServerAway_FailsBeforeTheNextRenewalIsDue()
    {
        var one = New(leaseTime: TimeSpan.FromSeconds(1));
        await one.RenewAsync("one", Token);
        Cluster.Faults.Before = static (_, _) => Task.Delay(Timeout.Infinite);

        var error = await Assert.ThrowsAsync<TimeoutException>(() => one.RenewAsync("one", Token).WaitAsync(Patient, Token));

        Assert.StartsWith("The Lease of this replica was not renewed within 00:00:00.33", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("get")]
    [InlineData("list")]
    [InlineData("update")]
    [InlineData("delete")]
    public async Task Roll_WithoutOneRight_SaysWhichRuleToAdd(string verb)
    {
        Cluster.Options.Rights = [.. RbacRoles.Replicas.SelectMany(static rule => rule.Verbs.Select(verb => $"{verb} {rule.Group}/{rule.Resource}"))];
        await DoEverythingAsync("before");
        Cluster.Options.Rights.Remove($"{verb} coordination.k8s.io/leases");

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => DoEverythingAsync("after"));

        Assert.EndsWith($$"""{apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: [{{verb}}]}""", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Installations_InOneNamespace_DoNotSeeEachOther()
    {
        await New().RenewAsync("one", Token);

        Assert.Single(await New(options: new KubernetesOptions { Installation = "other" }).RenewAsync("one", Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void UseKubernetes_UseLeases_ChoosesWhereReplicasAreTold(bool uses)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());
        services.AddTenantKit().UseKubernetes(options => options.UseLeases = uses);
        services.AddSingleton(new ClusterConnection(new KubernetesClientConfiguration { Host = Cluster.Address }));
        using var provider = services.BuildServiceProvider();

        Assert.Equal(uses, provider.GetService(typeof(LeaseRoll).GetInterface("IReplicaRoll")!) is LeaseRoll);
    }

    private async Task DoEverythingAsync(string replica)
    {
        var (one, other) = (New(), New());
        await one.RenewAsync(replica, Token);
        await one.RenewAsync(replica, Token);
        await other.RemoveAsync((await other.RenewAsync("other", Token)).Single(entry => entry.Holder == replica), Token);
    }

    private LeaseRoll New(TimeProvider? time = null, TimeSpan? leaseTime = null, KubernetesOptions? options = null) => new(
        new ClusterConnection(new KubernetesClientConfiguration { Host = Cluster.Address }), Options.Create(options ?? new KubernetesOptions()),
        Options.Create(new TenantKitOptions { LeaseTime = leaseTime ?? TimeSpan.FromMinutes(2) }), time ?? TimeProvider.System, new TestRandom(7));
}
