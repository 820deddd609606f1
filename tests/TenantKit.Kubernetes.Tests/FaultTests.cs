using TenantKit.Kubernetes.Tests.Emulator;
using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Tests;

/// <summary>The cluster as it is on bad days.</summary>
public sealed class FaultTests : KubernetesTest
{
    [Fact]
    public async Task Watches_Dropped_GoOnWithoutLoss()
    {
        var spec = Spec();
        await RunAsync(spec);

        for (var i = 0; i < 5; i++)
        {
            Cluster.Faults.CutAll();
            var instance = Live((await Orchestrator.ObserveAsync(spec.Unit, Token))!)[0];
            await Harness.KillAsync(instance, Token);
            await ObservedAsync(spec, static unit => !unit.HasCompute);
            await RunAsync(spec);
        }

        Assert.DoesNotContain(Cluster.Audit, static line => line is { Verb: "list", Namespace: "" });
    }

    [Fact]
    public async Task WatchAsync_ServerGoneForAWhile_TellsWhenItIsBack()
    {
        Cluster.Options.BookmarkInterval = TimeSpan.FromHours(1); // nothing but the open watch tells
        var spec = Spec();
        await RunAsync(spec);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Patient);
        var back = BackAsync();

        Cluster.Faults.Before = static (_, _) => throw new ApiError(503, "ServiceUnavailable", "apiserver is shutting down");
        Cluster.Faults.CutAll();
        await UntilAsync(() => Task.FromResult(Harness.Kubernetes.Cluster.Problem), static problem => problem is not null);
        Assert.Equal(StatusReasons.OrchestratorUnavailable, (await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec with { Generation = 2, Replicas = 2 }, Token))).Reason);
        Assert.False(back.IsCompleted);
        Cluster.Faults.Before = null;

        await back;

        async Task BackAsync()
        {
            await foreach (var change in Orchestrator.WatchAsync(limit.Token))
            {
                if (change == UnitEvent.RuntimeIsBack)
                {
                    return;
                }
            }

            Assert.Fail("The events ended.");
        }
    }

    [Fact]
    public async Task Watches_Compacted_ListAnewAndFindWhatWentMeanwhile()
    {
        var (stays, goes) = (Spec(), Spec(tenantId: "01cccccccccccccccccccccccc"));
        await RunAsync(stays);
        await RunAsync(goes);
        Cluster.Faults.FreezesWatches = true;
        Cluster.Faults.CutAll();
        Cluster.Delete("namespaces", "", SpaceOf(goes));
        await UntilAsync(() => Task.FromResult(Cluster.Get("namespaces", "", SpaceOf(goes))), static gone => gone is null);
        Cluster.Store.Compact();
        Cluster.Faults.FreezesWatches = false;
        Cluster.Faults.CutAll();

        await ObservedAsync(goes, static unit => unit is { Instances: [], HasData: false });
        Assert.NotNull(await Orchestrator.ObserveAsync(stays.Unit, Token));
        await UntilAsync(() => Task.FromResult(Harness.Kubernetes.Cluster.Records.Count), static count => count == 1);
    }

    [Fact]
    public async Task Watches_Frozen_AreSeenAndTheServerIsAskedItself()
    {
        await Harness.RestartAsync();
        Harness.Options.WatchStall = TimeSpan.FromMilliseconds(600);
        var spec = Spec();
        await RunAsync(spec);
        Cluster.Faults.FreezesWatches = true;
        await Harness.KillAsync(Live((await Orchestrator.ObserveAsync(spec.Unit, Token))!)[0], Token);

        await ObservedAsync(spec, static unit => !unit.HasCompute);

        // Each new connection is accepted, and is as silent: none of them is believed before it has told something.
        await UntilAsync(() => Task.FromResult(Harness.Kubernetes.Cluster.IsFresh), static isFresh => !isFresh);
        var opened = Opened();
        await UntilAsync(() =>
        {
            Assert.False(Harness.Kubernetes.Cluster.IsFresh);
            return Task.FromResult(Opened());
        }, now => now >= opened + 6);

        Cluster.Faults.FreezesWatches = false;
        await RunAsync(spec);
        await UntilAsync(() => Task.FromResult(Harness.Kubernetes.Cluster.IsFresh), static isFresh => isFresh);

        int Opened() => Cluster.Audit.Count(static line => line.IsWatch);
    }

    [Fact]
    public async Task Server_WithoutStreamedLists_IsListedInPages()
    {
        Cluster.Options.StreamsLists = false;
        var spec = Spec();

        await RunAsync(spec);
        await Harness.RestartAsync();

        Assert.Single((await Orchestrator.ObserveAsync(spec.Unit, Token))!.Instances);
        Assert.Contains(Cluster.Audit, static line => line is { Verb: "list", Resource: "pods", Namespace: "" });
    }

    [Fact]
    public async Task Server_Overloaded_IsWaitedForAsLongAsItAsks()
    {
        var refusals = 3;
        Cluster.Faults.Before = (verb, path) => verb == "create" && path.Plural == "pods" && refusals-- > 0
            ? throw new ApiError(429, "TooManyRequests", "too many requests, please try again later") { RetryAfter = TimeSpan.FromSeconds(1) }
            : Task.CompletedTask;
        var since = System.Diagnostics.Stopwatch.GetTimestamp();

        await RunAsync(Spec());

        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(since).TotalSeconds, 3, 15);
    }

    [Fact]
    public async Task Create_AnswerLost_MakesNoSecondPod()
    {
        var losses = 1;
        Cluster.Faults.LosesAnswer = (verb, path) => verb == "create" && path.Plural == "pods" && Interlocked.Decrement(ref losses) >= 0;
        var spec = Spec();
        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token));
        Assert.True(error.IsTransient);

        await RunAsync(spec);

        Assert.Single(Cluster.List("pods"));
    }

    [Fact]
    public async Task EveryWrite_AnswerLostOnce_Converges()
    {
        var lost = new HashSet<string>();
        Cluster.Faults.LosesAnswer = (verb, path) =>
        {
            lock (lost)
            {
                return verb is "create" or "patch" or "delete" && lost.Add($"{verb} {path.Resource}/{(path.Plural is "networkpolicies" ? path.Name : "")}");
            }
        };
        var spec = Spec();

        await UntilAsync(async () => await Record.ExceptionAsync(() => RunAsync(spec)), static error => error is null);
        await UntilAsync(async () => await Record.ExceptionAsync(() => Orchestrator.SleepAsync(spec.Unit, Patient, Token)), static error => error is null);
        await UntilAsync(async () => await Record.ExceptionAsync(() => RunAsync(spec)), static error => error is null);
        Assert.Single(Cluster.List("pods"));
        await UntilAsync(async () => await Record.ExceptionAsync(() => Orchestrator.DeleteAsync(spec.Unit, true, Patient, Token)), static error => error is null);

        Assert.Null(Cluster.Get("namespaces", "", SpaceOf(spec)));
    }

    [Fact]
    public async Task Volume_ChargedAndNotWritten_IsMadeAllTheSame()
    {
        var ended = 0;
        Cluster.Faults.EndsBeforeTheStore = path => path.Plural == "persistentvolumeclaims" && Interlocked.Increment(ref ended) == 1;
        var spec = Spec();

        await UntilAsync(async () => await Record.ExceptionAsync(() => RunAsync(spec)), static error => error is null);

        Assert.Equal(2, ended);
        Assert.Single(Cluster.List("persistentvolumeclaims"));
        Assert.Null(Cluster.Get("resourcequotas", SpaceOf(spec), "tenant")!["spec"]!["hard"]!["count/leases.coordination.k8s.io"]);
    }

    [Fact]
    public async Task Quota_FilledByInstancesThatStop_IsWaitedFor()
    {
        var spec = Spec();
        await RunAsync(spec);
        Cluster.Faults.Before = static (verb, path) => verb == "create" && path.Plural == "pods"
            ? throw ApiError.Forbidden("pods", "app", "exceeded quota: tenant, requested: pods=1, used: pods=1, limited: pods=1") : Task.CompletedTask;
        Cluster.Options.IsNodeDead = true; // what is told to stop does not end
        using (var short_ = new CancellationTokenSource(TimeSpan.FromMilliseconds(100)))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => Orchestrator.SleepAsync(spec.Unit, TimeSpan.FromSeconds(1), short_.Token));
        }

        await UntilAsync(() => Orchestrator.ObserveAsync(spec.Unit, Token), static unit => unit!.Instances.Any(static instance => instance.State == RuntimeState.Stopping));
        Assert.All((await Orchestrator.EnsureAsync(spec, Token)).Instances, static instance => Assert.Equal(RuntimeState.Stopping, instance.State));
    }

    [Fact]
    public async Task Namespace_LeftByACrashWithoutARecord_IsSeenAndRemoved()
    {
        var spec = Spec();
        Cluster.Faults.Before = static (verb, path) => verb == "create" && path.Plural == "serviceaccounts" ? throw new ApiError(500, "InternalError", "etcd is away") : Task.CompletedTask;
        await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token));
        Cluster.Faults.Before = null;
        await Harness.RestartAsync();

        Assert.True(await Orchestrator.ObserveAsync(spec.Unit, Token) is { HasData: true, HasCompute: false });
        await Orchestrator.DeleteAsync(spec.Unit, true, Patient, Token);

        Assert.Null(await Orchestrator.ObserveAsync(spec.Unit, Token));
        Assert.Null(Cluster.Get("namespaces", "", SpaceOf(spec)));
    }

    [Fact]
    public async Task Namespace_OfSomebodyElse_IsNotTouched()
    {
        var spec = Spec();
        lock (Cluster.Store.Gate)
        {
            Cluster.Store.Add("namespaces", new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = SpaceOf(spec) } }, "kubectl");
        }

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token));
        await Orchestrator.DeleteAsync(spec.Unit, true, Patient, Token);

        Assert.Equal(StatusReasons.NameConflict, error.Reason);
        Assert.Equal($"The Namespace '{SpaceOf(spec)}' belongs to somebody else. Nothing of it was touched; remove it, or choose another name prefix.", error.Message);
        Assert.NotNull(Cluster.Get("namespaces", "", SpaceOf(spec)));
    }

    [Fact]
    public async Task Key_Refused_LeavesNoPodThatWaitsForIt()
    {
        var spec = Spec();
        Cluster.Faults.Before = static (verb, path) => verb == "create" && path.Plural == "secrets" ? throw new ApiError(500, "InternalError", "etcd is away") : Task.CompletedTask;

        await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token));

        await ObservedAsync(spec, static unit => !unit.HasCompute);
        Cluster.Faults.Before = null;
        await RunAsync(spec);
    }

    [Fact]
    public async Task SleepAsync_CutShortBeforeTheDatabase_LeavesAUnitThatIsNotAsleep()
    {
        var spec = Spec(database: DatabaseMode.Dedicated);
        await RunAsync(spec);
        Cluster.Faults.Before = static (verb, path) => verb == "delete" && path.Plural == "statefulsets" ? throw new ApiError(500, "InternalError", "etcd is away") : Task.CompletedTask;
        await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.SleepAsync(spec.Unit, Patient, Token));
        Cluster.Faults.Before = null;
        await Harness.RestartAsync();

        var left = await ObservedAsync(spec, static unit => Live(unit).Count == 0);
        Assert.True(left.HasCompute);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);

        Assert.False((await Orchestrator.ObserveAsync(spec.Unit, Token))!.HasCompute);
        Assert.Empty(Cluster.List("pods"));
        Assert.Empty(Cluster.List("statefulsets"));
    }

    [Fact]
    public async Task Database_WhoseImageIsMissing_IsTheReasonOfTheApp()
    {
        Harness.Options.Database.Image = $"{Cluster.Registry}/missing:1";
        var spec = Spec(database: DatabaseMode.Dedicated);
        await Orchestrator.EnsureAsync(spec, Token);

        var stuck = await ObservedAsync(spec, static unit => unit.Instances is [{ Reason: StatusReasons.ImageNotFound }]);

        Assert.Equal($"The image cannot be pulled: failed to pull and unpack image \"{Cluster.Registry}/missing:1\": not found", stuck.Instances[0].Message);
    }

    [Fact]
    public async Task Field_OfAnotherManager_StaysAsItIs()
    {
        var spec = Spec();
        await RunAsync(spec);
        Cluster.Edit("resourcequotas", SpaceOf(spec), "tenant", static json => json["spec"]!["hard"]!["pods"] = "77");

        await RunAsync(spec with { Resources = spec.Resources with { MemoryBytes = 1L << 30 } });

        Assert.Equal("77", Cluster.Get("resourcequotas", SpaceOf(spec), "tenant").Text("spec", "hard", "pods"));
    }

    [Fact]
    public async Task Quota_Used_IsTheReason()
    {
        var spec = Spec();
        await RunAsync(spec);
        Cluster.Edit("resourcequotas", SpaceOf(spec), "tenant", static json => json["spec"]!["hard"]!["pods"] = "1");
        await UntilAsync(() => Task.FromResult(Cluster.Get("resourcequotas", SpaceOf(spec), "tenant").Text("status", "hard", "pods")), static pods => pods == "1");

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec with { Replicas = 2 }, Token));

        Assert.Equal(StatusReasons.QuotaExceeded, error.Reason);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task Nodes_Cordoned_IsTheReason()
    {
        Cluster.Options.IsCordoned = true;
        var spec = Spec();
        await Orchestrator.EnsureAsync(spec, Token);

        var stuck = await ObservedAsync(spec, static unit => unit.Instances is [{ Reason: not StatusReasons.None }]);

        Assert.Equal((StatusReasons.Unschedulable, "No node has room for it: 0/1 nodes are available: 1 node(s) were unschedulable."), (stuck.Instances[0].Reason, stuck.Instances[0].Message));
        Cluster.Options.IsCordoned = false;
        await RunAsync(spec);
    }

    [Fact]
    public async Task App_OutOfMemoryOrWithoutCommand_IsTheReason()
    {
        var greedy = Spec(EmulatedApps.Greedy);
        await Orchestrator.EnsureAsync(greedy, Token);
        Assert.Equal(StatusReasons.OutOfMemory, (await ObservedAsync(greedy, static unit => unit.Instances is [{ State: RuntimeState.Exited }])).Instances[0].Reason);

        var missing = Spec(EmulatedApps.Missing, "01cccccccccccccccccccccccc");
        await Orchestrator.EnsureAsync(missing, Token);
        Assert.Equal(StatusReasons.CommandNotFound, (await ObservedAsync(missing, static unit => unit.Instances is [{ State: RuntimeState.Exited }])).Instances[0].Reason);
    }

    [Fact]
    public async Task Image_ThatOnlyTheNodeCannotFind_IsTheReason()
    {
        Harness.Options.ResolveImages = false;
        var spec = Spec() with { Image = "registry.example/missing:1" };
        await Orchestrator.EnsureAsync(spec, Token);

        Assert.Equal(StatusReasons.ImageNotFound, (await ObservedAsync(spec, static unit => unit.Instances is [{ Reason: not StatusReasons.None }])).Instances[0].Reason);
    }

    [Fact]
    public async Task ReadUsageAsync_ClusterWithoutMetrics_SaysSo()
    {
        Cluster.Options.ServesMetrics = false;
        var spec = Spec();
        await RunAsync(spec);

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.ReadUsageAsync(spec.Unit, Token));

        Assert.Equal("The cluster tells no usage: metrics.k8s.io is not served. Install metrics-server.", error.Message);
    }
}
