using TenantKit.Control;
using TenantKit.Gateway.Activity;
using TenantKit.Simulation.Invariants;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Parts;

/// <summary>The control plane as one life of a gateway calls it: reports go to every replica, all else to any one.</summary>
internal sealed class ControlLink(Cluster cluster, GatewayPart gateway, VirtualNode node, SeededRandom random) : IControlClient
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);
    private readonly Dictionary<Replica, ReportBacklog> backlogs = cluster.Replicas.ToDictionary(static replica => replica, static _ => new ReportBacklog());

    public Task<WakeAnswer> WakeAsync(WakeRequest request, CancellationToken cancellationToken)
    {
        gateway.Woke(request);
        return AnyAsync(replica => replica.Control.WakeAsync(request, CancellationToken.None), cancellationToken);
    }

    public async Task ReportActivityAsync(ActivityReport report, CancellationToken cancellationToken)
    {
        var sent = cluster.Mutant.Rewrite(report);
        var results = await Task.WhenAll(cluster.Replicas.Select(replica => TellAsync(replica, sent, cancellationToken)));
        if (!results.Contains(true))
        {
            throw new ControlPlaneUnavailableException("No replica took the report.");
        }
    }

    public Task<RegistrationAnswer> RegisterInstanceAsync(InstanceRegistration registration, CancellationToken cancellationToken) =>
        AnyAsync(replica => replica.Control.RegisterInstanceAsync(registration, CancellationToken.None), cancellationToken);

    public Task<AccessTokenKeys> GetAccessTokenKeysAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SignInAnswer> SignInAsync(SignInRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    private async Task<bool> TellAsync(Replica replica, ActivityReport report, CancellationToken cancellationToken)
    {
        var sent = backlogs[replica].Complete(report);
        try
        {
            await CallAsync(
                replica,
                async () =>
                {
                    await replica.Control.ReportActivityAsync(sent, CancellationToken.None);
                    replica.Reported(sent.GatewayId);
                    return true;
                },
                cancellationToken);
            backlogs[replica].Delivered();
            return true;
        }
        catch (ControlPlaneUnavailableException)
        {
            backlogs[replica].Failed(sent);
            return false;
        }
    }

    private Task<T> AnyAsync<T>(Func<Replica, Task<T>> call, CancellationToken cancellationToken)
    {
        var replica = cluster.Replicas[random.Next(cluster.Replicas.Count)];
        return CallAsync(replica, () => call(replica), cancellationToken);
    }

    private async Task<T> CallAsync<T>(Replica replica, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        if (!replica.IsUp)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), node, cancellationToken);
            throw new ControlPlaneUnavailableException($"{replica.Name} refuses the connection.");
        }

        return await cluster.Network.CallAsync(
            node, replica.Node, call, () => new ControlPlaneUnavailableException($"{replica.Name} did not answer in time."), Timeout, cancellationToken);
    }
}
