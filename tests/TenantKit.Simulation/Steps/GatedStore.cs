using System.Reflection;
using TenantKit.Storage;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Steps;

/// <summary>The store as one life of a replica sees it: commits pass the gate, everything else goes straight through.</summary>
/// <remarks>A proxy, so that whatever the store can read besides is not written down again.</remarks>
internal class GatedStore : DispatchProxy
{
    private StepWorld world = null!;
    private VirtualNode node = null!;

    public static ITenantStore Create(StepWorld world, VirtualNode node)
    {
        var store = Create<ITenantStore, GatedStore>();
        var proxy = (GatedStore)(object)store;
        (proxy.world, proxy.node) = (world, node);
        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IChangeWriter.CommitAsync))
        {
            var changes = (ChangeSet)args![0]!;
            return changes.IsEmpty
                ? world.Store.CommitAsync(changes, CancellationToken.None)
                : world.Gate.CallAsync(node, Describe(changes), () => CommitAsync(changes));
        }

        return targetMethod.Invoke(world.Store, BindingFlags.DoNotWrapExceptions, null, args, null);
    }

    private async Task<long> CommitAsync(ChangeSet changes)
    {
        var judge = world.Rules.BeforeCommit(changes);
        var revision = await world.Store.CommitAsync(changes, CancellationToken.None);
        world.TenantId ??= changes.Writes.Select(static write => write.Record).OfType<Tenant>().FirstOrDefault()?.Id;
        judge();
        return revision;
    }

    private static string Describe(ChangeSet changes) =>
        "commit of " + string.Join(' ', changes.Writes.Select(static write => write.Record.GetType().Name).Distinct());
}
