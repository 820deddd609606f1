using System.Globalization;
using System.Net;
using k8s.Models;
using Microsoft.Extensions.Options;
using TenantKit.Diagnostics;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Leases;
using TenantKit.Storage;

namespace TenantKit.Kubernetes.Leases;

/// <summary>Tells which replicas of the control plane live by a Lease of each in the system namespace.</summary>
/// <remarks>
/// A Lease is written and removed on the condition that nobody wrote it meanwhile. Its times are for people and tools: whoever takes a replica for
/// gone goes by its own monotonic clock. An answer that was lost is no loss of the Lease: as long as it is the same object, it is one's own.
/// </remarks>
internal sealed class LeaseRoll : IReplicaRoll, IDisposable
{
    private const int Tries = 3;
    private readonly ApiClient api;
    private readonly KubernetesOptions options;
    private readonly TimeSpan leaseTime;
    private readonly TimeProvider time;
    private readonly Dictionary<string, V1Lease> read = new(StringComparer.Ordinal);
    private V1Lease? own;

    public LeaseRoll(ClusterConnection connection, IOptions<KubernetesOptions> options, IOptions<TenantKitOptions> core, TimeProvider time, IRandomSource random)
    {
        (this.options, leaseTime, this.time) = (options.Value, core.Value.LeaseTime, time);
        api = new ApiClient(connection, this.options, time, random);
    }

    public async Task<IReadOnlyList<Lease>> RenewAsync(string replica, CancellationToken cancellationToken)
    {
        // A renewal that takes longer than the next one is due is no use.
        using var limit = new CancellationTokenSource(leaseTime / 3, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var wasRemoved = !await WriteAsync(replica, both.Token);
            var query = $"labelSelector={Uri.EscapeDataString($"{Marks.Selector(options)},{Marks.Component}={Marks.Replica}")}";
            var found = await api.ListAsync<V1LeaseList>(KubeApi.Leases, options.SystemNamespace, query, both.Token);
            read.Clear();
            foreach (var lease in found.Items.Where(lease => lease.Spec?.HolderIdentity is { Length: > 0 } holder && !(wasRemoved && holder == replica)))
            {
                read[Members.LeaseOf(lease.Spec.HolderIdentity)] = lease;
            }

            return [.. read.Select(static entry => new Lease
            {
                Name = entry.Key, Holder = entry.Value.Spec.HolderIdentity, RenewedAt = entry.Value.Spec.RenewTime ?? default, Revision = long.Parse(entry.Value.Metadata.ResourceVersion, CultureInfo.InvariantCulture),
            })];
        }
        catch (ApiException exception)
        {
            throw ApiTrouble.Explain("Renewing the Lease of this replica", exception);
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The Lease of this replica was not renewed within {leaseTime / 3}. It is tried again; without it this replica stops acting.", exception);
        }
    }

    public async Task RemoveAsync(Lease entry, CancellationToken cancellationToken)
    {
        if (!read.TryGetValue(entry.Name, out var known))
        {
            return;
        }

        try
        {
            var how = new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = known.Metadata.Uid, ResourceVersion = known.Metadata.ResourceVersion } };
            await api.DeleteAsync(KubeApi.Leases, options.SystemNamespace, known.Metadata.Name, how, cancellationToken);
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.Conflict))
        {
            throw new RevisionConflictException(nameof(Lease), entry.Name);
        }
        catch (ApiException exception)
        {
            throw ApiTrouble.Explain("Removing the Lease of a replica that is gone", exception);
        }
    }

    public void Dispose() => api.Dispose();

    /// <returns>False when it had been removed since it was written last, and was made anew.</returns>
    private async Task<bool> WriteAsync(string replica, CancellationToken cancellationToken)
    {
        var had = own?.Metadata.Uid;
        for (var attempt = 1; ; attempt++)
        {
            var at = own ?? await FindAsync(replica, cancellationToken);
            try
            {
                var lease = LeaseManifest.Of(replica, at, leaseTime, time.GetUtcNow(), options);
                own = at is null
                    ? await api.CreateAsync(KubeApi.Leases, options.SystemNamespace, lease, cancellationToken)
                    : await api.UpdateAsync(KubeApi.Leases, options.SystemNamespace, lease, cancellationToken);
                return had is null || own.Metadata.Uid == had;
            }
            catch (ApiException exception) when (exception.Code is HttpStatusCode.Conflict or HttpStatusCode.NotFound && attempt < Tries)
            {
                own = null; // Written by a request whose answer was lost, or removed: look which.
            }
        }
    }

    private async Task<V1Lease?> FindAsync(string replica, CancellationToken cancellationToken)
    {
        try
        {
            return await api.GetAsync<V1Lease>(KubeApi.Leases, options.SystemNamespace, LeaseManifest.NameOf(replica, options), cancellationToken);
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
            return null;
        }
    }
}
