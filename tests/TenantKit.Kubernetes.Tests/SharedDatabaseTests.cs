using System.Text.Json.Nodes;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Tests.Emulator;
using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Tests;

/// <summary>The mode <c>Shared</c>: a schema and an account on a server that tenants share.</summary>
public sealed class SharedDatabaseTests : KubernetesTest
{
    private const string Space = "tenantkit-databases";

    public SharedDatabaseTests()
    {
        Cluster.Options.QuotaDelay = TimeSpan.Zero;
        Harness.Options.SharedDatabase.Host = "shared-database.tenantkit-databases";
        Cluster.Make("namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = Space, ["labels"] = new JsonObject { ["pod-security.kubernetes.io/enforce"] = "restricted" } } });
        Cluster.Make("serviceaccounts", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default", ["namespace"] = Space } });
        PutAdminSecret("secret");
    }

    private static string SchemaOf(UnitSpec spec) => TenantSchema.NameOf(spec.Unit.TenantId, new KubernetesOptions());

    private UnitSpec Shared(string tenantId = "01aaaaaaaaaaaaaaaaaaaaaaaa") => Spec(tenantId: tenantId, database: DatabaseMode.Shared) with { Environment = new Dictionary<string, string> { ["DB_NAME"] = "user_1_db" } };

    [Fact]
    public async Task EnsureAsync_NewTenant_HasASchemaAndAnAccountForItAlone()
    {
        var (one, other) = (Shared(), Shared("01cccccccccccccccccccccccc"));
        await RunAsync(one);
        await RunAsync(other);

        Assert.Equal([SchemaOf(one), SchemaOf(other)], Cluster.Database.Schemas.Order());
        var account = Cluster.Database.Accounts[SchemaOf(one)];
        Assert.Equal([SchemaOf(one)], account.Grants);
        Assert.Equal((20, "NONE"), (account.MaxConnections, account.Tls));
        Assert.NotEqual(account.Password, Cluster.Database.Accounts[SchemaOf(other)].Password);
    }

    [Fact]
    public async Task EnsureAsync_NewTenant_ItsPodsFindTheSchema()
    {
        var spec = Shared();

        await RunAsync(spec);

        var pod = Cluster.List("pods", SpaceOf(spec)).Single();
        var variables = pod.Items("spec", "containers").First().Items("env").ToDictionary(static variable => variable.Text("name"), static variable => variable.Text("value"));
        Assert.Equal(("shared-database.tenantkit-databases", "3306", SchemaOf(spec), SchemaOf(spec), "/run/tenantkit-db/password"), (variables["DB_HOST"], variables["DB_PORT"], variables["DB_NAME"], variables["DB_USER"], variables["DB_PASSWORD_FILE"]));
        var password = System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(Cluster.Get("secrets", SpaceOf(spec), "schema").Text("data", "password")));
        Assert.Equal(Cluster.Database.Accounts[SchemaOf(spec)].Password, password);
        Assert.DoesNotContain(Cluster.List("secrets", SpaceOf(spec)), static secret => secret["data"]!.AsObject().Any(static item => item.Key is "username" or "statements.sql"));
    }

    [Fact]
    public async Task EnsureAsync_NewTenant_TakesAsManyRequestsAsPublished()
    {
        await Orchestrator.ObserveAsync(Shared().Unit, Token);
        Cluster.Audit.Clear();

        await RunAsync(Shared());

        var made = Cluster.Audit.Where(static line => !line.IsWatch).ToList();
        Assert.True(made.Count == 12, string.Join("\n", made));
        Assert.DoesNotContain(made, static line => line.Verb is "get" or "list");
    }

    [Fact]
    public async Task SleepAsync_Tenant_KeepsTheSchemaAndWakesWithoutAJob()
    {
        var spec = Shared();
        await RunAsync(spec);
        var password = Cluster.Database.Accounts[SchemaOf(spec)].Password;
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Assert.Equal([SchemaOf(spec)], Cluster.Database.Schemas);
        Cluster.Audit.Clear();

        await RunAsync(spec);

        Assert.Equal(["create pods", "create secrets"], Cluster.Audit.Where(static line => !line.IsWatch).Select(static line => $"{line.Verb} {line.Resource}"));
        Assert.Equal(password, Cluster.Database.Accounts[SchemaOf(spec)].Password);
    }

    [Fact]
    public async Task Jobs_ThatEnded_LeaveNothing()
    {
        await RunAsync(Shared());

        await UntilAsync(() => Task.FromResult(Cluster.List("jobs").Count + Cluster.List("pods", Space).Count), static left => left == 0);
        await UntilAsync(() => Task.FromResult(Cluster.List("secrets", Space).Count), static left => left == 1);
    }

    [Fact]
    public async Task DeleteAsync_WithData_DropsSchemaAndAccountOfThisTenantAlone()
    {
        var (one, other) = (Shared(), Shared("01cccccccccccccccccccccccc"));
        await RunAsync(one);
        await RunAsync(other);

        await Orchestrator.DeleteAsync(one.Unit, deleteData: false, Patient, Token);
        Assert.Equal(2, Cluster.Database.Schemas.Count);
        await Orchestrator.DeleteAsync(one.Unit, deleteData: true, Patient, Token);

        Assert.Equal([SchemaOf(other)], Cluster.Database.Schemas);
        Assert.Equal([SchemaOf(other)], Cluster.Database.Accounts.Keys);
        Assert.Null(Cluster.Get("namespaces", "", SpaceOf(one)));
    }

    [Fact]
    public async Task DeleteAsync_CrashedBeforeTheRecord_DropsTheSchemaAllTheSame()
    {
        var spec = Shared();
        Cluster.Faults.Before = static (verb, path) => verb == "create" && path.Plural == "serviceaccounts" ? throw new ApiError(500, "InternalError", "etcd is away") : Task.CompletedTask;
        await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token));
        Cluster.Faults.Before = null;
        Assert.Single(Cluster.Database.Schemas);

        await Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token);

        Assert.Empty(Cluster.Database.Schemas);
    }

    [Fact]
    public async Task DeleteAsync_ServerIsDown_KeepsTheTenantUntilItsSchemaIsGone()
    {
        var spec = Shared();
        await RunAsync(spec);
        Cluster.Database.IsDown = true;

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token));
        Assert.Equal((StatusReasons.DatabaseUnavailable, true), (error.Reason, error.IsTransient));
        Assert.NotNull(Cluster.Get("namespaces", "", SpaceOf(spec)));

        Cluster.Database.IsDown = false;
        await Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token);
        Assert.Empty(Cluster.Database.Schemas);
    }

    [Fact]
    public async Task DeleteAsync_ServerNoLongerConfigured_SaysSoInsteadOfLeavingTheSchema()
    {
        var spec = Shared();
        await RunAsync(spec);
        await using var other = Harness.Open(new KubernetesOptions());

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => other.DeleteAsync(spec.Unit, deleteData: true, Patient, 0, Token));

        Assert.Equal("The template has the database mode \"shared\", but TenantKit:Kubernetes:SharedDatabase:Host is not set. Set it, or change the template.", error.Message);
        Assert.NotNull(Cluster.Get("namespaces", "", SpaceOf(spec)));
    }

    [Fact]
    public async Task DeleteAsync_TenantWithoutASchema_RunsNoJob()
    {
        await RunAsync(Spec());
        Cluster.Audit.Clear();

        await Orchestrator.DeleteAsync(Spec().Unit, deleteData: true, Patient, Token);

        Assert.DoesNotContain(Cluster.Audit, static line => line.Resource == "jobs");
    }

    [Fact]
    public async Task EnsureAsync_AnswersLost_ConvergesWithOneSchema()
    {
        var lost = new HashSet<string>();
        Cluster.Faults.LosesAnswer = (verb, path) =>
        {
            lock (lost)
            {
                return verb == "create" && lost.Add($"{path.Namespace}/{path.Resource}");
            }
        };

        await UntilAsync(async () => await Record.ExceptionAsync(() => RunAsync(Shared())), static error => error is null);

        Assert.Equal([SchemaOf(Shared())], Cluster.Database.Schemas);
        Assert.Single(Cluster.List("pods", SpaceOf(Shared())));
    }

    [Fact]
    public async Task EnsureAsync_ServerMovedAndSchemaNotBroughtAlong_IsDataLost()
    {
        var spec = Shared();
        await RunAsync(spec);
        await Harness.RestartAsync();
        Harness.Options.SharedDatabase.Host = "database.example";
        Cluster.Database.Schemas.Clear();
        Cluster.Database.Accounts.Clear();

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(spec, Token));
        Assert.Equal((StatusReasons.DataLost, $"The schema '{SchemaOf(spec)}' on database.example:3306 is gone. It is not replaced by an empty one; restore it, or delete the tenant."), (error.Reason, error.Message));
        Assert.Empty(Cluster.Database.Accounts);

        Cluster.Database.Schemas.Add(SchemaOf(spec));
        await RunAsync(spec);
        Assert.Equal([SchemaOf(spec)], Cluster.Database.Accounts.Keys);
    }

    [Fact]
    public async Task EnsureAsync_TemplateThatNowShares_MakesTheSchemaAndDropsItAtTheEnd()
    {
        var spec = Spec();
        await RunAsync(spec);
        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);

        await RunAsync(spec with { Database = DatabaseMode.Shared });
        Assert.Single(Cluster.Database.Schemas);

        await Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token);
        Assert.Empty(Cluster.Database.Schemas);
    }

    [Fact]
    public async Task Trouble_OfEachKind_SaysWhatToDo()
    {
        Cluster.Database.IsDown = true;
        Assert.Equal(
            "The database server shared-database.tenantkit-databases:3306 does not answer. Look whether it runs, and whether the network policies of 'tenantkit-databases' let the jobs through. It says: ERROR 2002 (HY000): Can't connect to server on 'shared-database.tenantkit-databases' (115)",
            await TroubleAsync());

        Cluster.Database.IsDown = false;
        Cluster.Database.RefusesHost = true;
        Assert.Contains("refuses the account in the Secret 'shared-database'", await TroubleAsync(), StringComparison.Ordinal);

        Cluster.Database.RefusesHost = false;
        Cluster.Database.Admin = ("root", "other");
        Assert.Equal(
            "The database server shared-database.tenantkit-databases:3306 refuses the account in the Secret 'shared-database' of the namespace 'tenantkit-databases'. Correct its username and password. It says: ERROR 1045 (28000): Access denied for user 'root'@'10.0.0.9' (using password: YES)",
            await TroubleAsync());

        Cluster.Delete("secrets", Space, "shared-database");
        Assert.Equal(
            "The job for the tenant's schema cannot start: secret \"shared-database\" not found. The Secret 'shared-database' in the namespace 'tenantkit-databases' must have 'username' and 'password' of an account of the server.",
            await TroubleAsync());

        Cluster.Delete("namespaces", "", Space);
        await UntilAsync(() => Task.FromResult(Cluster.Get("namespaces", "", Space)), static space => space is null);
        Assert.Equal(
            "The namespace 'tenantkit-databases' for the jobs of the shared database is not there. Make it (samples/deploy/shared-database has it), or set TenantKit:Kubernetes:SharedDatabase:Namespace.",
            await TroubleAsync());
        Assert.DoesNotContain(Cluster.List("pods"), static pod => pod.Text("metadata", "namespace").StartsWith("tk-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Watches_Frozen_TheEndOfAJobIsSeenAllTheSame()
    {
        Harness.Options.WatchStall = TimeSpan.FromSeconds(5);
        await RunAsync(Shared());
        Cluster.Faults.FreezesWatches = true;
        Cluster.Options.Second = TimeSpan.FromMilliseconds(500); // A job that is over is kept longer than the time between two looks.

        await Orchestrator.EnsureAsync(Shared("01cccccccccccccccccccccccc"), Token);

        Assert.Equal(2, Cluster.Database.Schemas.Count);
    }

    [Fact]
    public async Task Shared_OneNamespaceForAll_RunsTheJobsThere()
    {
        Cluster.Make("namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "tenants" } });
        Cluster.Make("secrets", AdminSecret("tenants", "secret"));
        var options = new KubernetesOptions { SharedNamespace = "tenants", Installation = "shared" };
        options.SharedDatabase.Host = "database.example";
        await using var orchestrator = Harness.Open(options);
        var spec = Shared();

        await UntilAsync(() => orchestrator.EnsureAsync(spec, Token), static unit => unit.Instances is [{ State: RuntimeState.Running }]);
        Assert.Equal([SchemaOf(spec)], Cluster.Database.Schemas);
        await orchestrator.DeleteAsync(spec.Unit, true, Patient, 0, Token);

        Assert.Empty(Cluster.Database.Schemas);
    }

    [Fact]
    public async Task EnsureAsync_NamespaceOfJobsHasNoAccountYet_JobStartsWhenItHas()
    {
        await UntilAsync(() => Task.FromResult(Cluster.Get("configmaps", Space, "kube-root-ca.crt")), static made => made is not null);
        Cluster.Delete("serviceaccounts", Space, "default");

        var run = RunAsync(Shared());
        await UntilAsync(() => Task.FromResult(Cluster.List("events", Space)), static events => events.Any(static told => told.Text("reason") == "FailedCreate"));
        Assert.False(run.IsCompleted);
        Cluster.Make("serviceaccounts", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default", ["namespace"] = Space } });

        await run;
    }

    [Fact]
    public async Task Jobs_UnderWatch_MakeNoUnitOfTheirOwn()
    {
        await RunAsync(Shared());

        List<UnitRef> found = [];
        await foreach (var unit in Orchestrator.ListAsync(Token))
        {
            found.Add(unit.Unit);
        }

        Assert.Equal([Shared().Unit], found);
    }

    [Fact]
    public async Task NetworkPolicies_OfTenantsAndOfTheSample_LetThroughWhatIsNeededAlone()
    {
        Harness.Options.SharedDatabase.Host = "shared-database.tenantkit-databases";
        foreach (var document in Samples.Read("shared-database/network.yaml"))
        {
            Cluster.Make("networkpolicies", document);
        }

        MakePod(Space, "server", "shared-database");
        MakePod(Space, "job", "database-job");
        MakePod(Space, "stranger", "something");
        var (sharing, embedded) = (Shared(), Spec(tenantId: "01cccccccccccccccccccccccc"));
        await RunAsync(sharing);
        await RunAsync(embedded);

        var (app, other) = (PodOf(SpaceOf(sharing)), PodOf(SpaceOf(embedded)));
        Assert.True(Allows(app, Pod("server"), "3306"));
        Assert.True(Allows(Pod("job"), Pod("server"), "3306"));
        Assert.False(Allows(app, Pod("server"), "22"));
        Assert.False(Allows(other, Pod("server"), "3306"));
        Assert.False(Allows(app, Pod("job"), "3306"));
        Assert.False(Allows(Pod("stranger"), Pod("server"), "3306"));
        Assert.False(Allows(Pod("server"), app, "8080"));
        Assert.False(Allows(Pod("job"), app, "8080"));
    }

    private bool Allows(EmulatedObject from, EmulatedObject to, string port)
    {
        lock (Cluster.Store.Gate)
        {
            return NetworkRules.Allows(Cluster.Store, from, to, port);
        }
    }

    private EmulatedObject Pod(string name)
    {
        lock (Cluster.Store.Gate)
        {
            return Cluster.Store.Find("pods", Space, name)!;
        }
    }

    private EmulatedObject PodOf(string space)
    {
        lock (Cluster.Store.Gate)
        {
            return Cluster.Store.All("pods", space).Single();
        }
    }

    private void MakePod(string space, string name, string component)
    {
        lock (Cluster.Store.Gate)
        {
            Cluster.Store.Add("pods", new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space, ["labels"] = new JsonObject { ["app.kubernetes.io/component"] = component } },
                ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "app", ["image"] = "missing" }) },
            }, "kubectl");
        }
    }

    private async Task<string> TroubleAsync()
    {
        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Orchestrator.EnsureAsync(Shared(), Token));
        Assert.Equal((StatusReasons.DatabaseUnavailable, true), (error.Reason, error.IsTransient));
        return error.Message;
    }

    private void PutAdminSecret(string password) => Cluster.Make("secrets", AdminSecret(Space, password));

    private static JsonObject AdminSecret(string space, string password) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "shared-database", ["namespace"] = space },
        ["stringData"] = new JsonObject { ["username"] = "root", ["password"] = password },
    };
}
