using TenantKit.Management;
using TenantKit.Operations;
using TenantKit.Simulation.Parts;
using TenantKit.Storage;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;
using Administrator = TenantKit.Audit.Actor;

namespace TenantKit.Simulation.Workload;

/// <summary>Administrators: create, change and delete tenants through any replica, and remember what was acknowledged.</summary>
internal sealed class People
{
    private static readonly Administrator Admin = new("admin");
    private readonly Cluster cluster;
    private readonly VirtualNode node;
    private readonly SeededRandom random;
    private readonly SortedDictionary<string, string> living = new(StringComparer.Ordinal);
    private int users;

    public People(Cluster cluster)
    {
        this.cluster = cluster;
        node = cluster.World.CreateNode("people");
        random = new SeededRandom(cluster.SeedOf("people"));
    }

    /// <summary>Operations that were acknowledged: each must be in the store, and end.</summary>
    public List<Operation> Acknowledged { get; } = [];

    /// <summary>Tenants that were acknowledged and not deleted, by name.</summary>
    public IReadOnlyDictionary<string, string> Living => living;

    public bool Stopped { get; set; }

    public int Done { get; private set; }

    public void Start() => node.Post(() => _ = WorkAsync());

    private async Task WorkAsync()
    {
        while (!Stopped)
        {
            _ = ActAsync();
            await Task.Delay(random.Between(TimeSpan.FromMilliseconds(1), cluster.Setup.Operations * 2), node);
        }
    }

    private async Task ActAsync()
    {
        var replica = cluster.Replicas[random.Next(cluster.Replicas.Count)];
        var name = "t" + random.Next(cluster.Setup.Tenants);
        var kind = random.Next(100);
        if (!replica.IsUp)
        {
            return;
        }

        try
        {
            if (!living.TryGetValue(name, out var tenantId))
            {
                await CreateAsync(replica, name);
                return;
            }

            var operation = await CallAsync(replica, manager => Choose(manager, tenantId, kind));
            Acknowledged.Add(operation);
            Done++;
            if (operation.Kind == OperationKinds.Delete)
            {
                living.Remove(name);
            }
        }
        catch (Exception exception) when (exception is ManagementException or StoreUnavailableException or RevisionConflictException or NameTakenException or IOException or InvalidOperationException)
        {
            cluster.Note($"people: {name} failed: {exception.Message}");
            Reconsider(name);
        }
    }

    private Task<Operation> Choose(ITenantManager manager, string tenantId, int kind) => kind switch
    {
        < 20 => manager.StopAsync(tenantId, Admin, CancellationToken.None),
        < 45 => manager.StartAsync(tenantId, Admin, CancellationToken.None),
        < 58 => manager.RestartAsync(tenantId, Admin, CancellationToken.None),
        < 66 => manager.SuspendAsync(tenantId, Admin, CancellationToken.None),
        < 78 => manager.ResumeAsync(tenantId, Admin, CancellationToken.None),
        < 92 => manager.ResizeAsync(tenantId, Size(), null, Admin, CancellationToken.None),
        _ => manager.DeleteAsync(tenantId, Admin, CancellationToken.None),
    };

    private TenantResize Size() => random.Chance(0.6)
        ? new TenantResize { Replicas = 1 + random.Next(3) }
        : new TenantResize { CpuMillicores = 100 * (1 + random.Next(20)), Replicas = random.Chance(0.3) ? 1 + random.Next(3) : null };

    private async Task CreateAsync(Replica replica, string name)
    {
        var user = $"u{++users:00000}";
        var wanted = new NewTenant { Name = name, OwnerUserId = user, OwnerUserName = name, Template = random.Chance(0.7) ? "default" : "other" };
        var draft = await CallAsync(replica, async manager =>
        {
            var made = await manager.DraftCreateAsync(wanted, Admin, CancellationToken.None);
            await replica.Store.CommitAsync(made.Changes, CancellationToken.None);
            return made;
        });
        living[name] = draft.Tenant.Id;
        Acknowledged.Add(draft.Operation);
        Done++;
    }

    /// <summary>After an answer that tells nothing, people look what there is.</summary>
    private void Reconsider(string name)
    {
        if (cluster.Store.Store.FindTenantByNameAsync(name, CancellationToken.None).Result is { } tenant)
        {
            living[name] = tenant.Id;
        }
        else
        {
            living.Remove(name);
        }
    }

    private Task<T> CallAsync<T>(Replica replica, Func<ITenantManager, Task<T>> call) => cluster.Network.CallAsync(
        node, replica.Node, () => call(replica.Manager), static () => new IOException("The API did not answer in time."), TimeSpan.FromSeconds(30), CancellationToken.None);
}
