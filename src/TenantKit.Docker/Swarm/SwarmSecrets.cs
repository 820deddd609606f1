using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Swarm;

/// <summary>The keys of instances as secrets of the swarm, which reach the instance as a file in memory. One per instance, and gone with it.</summary>
internal sealed class SwarmSecrets(EngineClient engine, IInstanceCredentials credentials)
{
    /// <returns>The secret's id.</returns>
    public async Task<string> CreateAsync(UnitRef unit, string instanceId, CancellationToken cancellationToken)
    {
        var labels = UnitMarks.Of(engine.Installation, unit);
        labels[UnitLabels.Instance] = instanceId;
        var key = Convert.ToHexStringLower(credentials.GetKey(unit.TenantId, instanceId));
        var secret = new SwarmSecretSpec { Name = UnitNames.Secret(instanceId), Labels = labels, Data = Encoding.ASCII.GetBytes(key) };
        // Waited for even when the caller gives up, so that the next one finds it.
        var made = await engine.Api.Secrets.CreateAsync(secret, CancellationToken.None).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return made.ID;
    }

    public async Task RemoveAsync(string instanceId)
    {
        try
        {
            await engine.Api.Secrets.DeleteAsync(UnitNames.Secret(instanceId), CancellationToken.None).ConfigureAwait(false);
        }
        catch (DockerApiException exception) when (EngineErrors.IsNotFound(exception))
        {
            // Gone already.
        }
        catch (DockerApiException exception) when (exception.ResponseBody?.Contains("in use by", StringComparison.OrdinalIgnoreCase) == true)
        {
            // A host that has ended made its service after all: both go with the next look at it.
        }
    }

    /// <summary>Removes those of a unit that has no instance any more.</summary>
    public async Task RemoveAllAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        foreach (var secret in await ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (UnitMarks.IsOf(secret.Spec.Labels, engine.Installation, unit))
            {
                await RemoveAsync(secret.Spec.Labels[UnitLabels.Instance]).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes those that no instance uses, once they are older than a minute: they may be about to be used.</summary>
    public async Task SweepAsync(IReadOnlySet<string> instances, CancellationToken cancellationToken)
    {
        foreach (var secret in await ListAsync(cancellationToken).ConfigureAwait(false))
        {
            var isOld = secret.CreatedAt is { } created && engine.Time.GetUtcNow() - new DateTimeOffset(DateTime.SpecifyKind(created, DateTimeKind.Utc)) > NetworkSweep.Young;
            if (isOld && !instances.Contains(secret.Spec.Labels[UnitLabels.Instance]))
            {
                await RemoveAsync(secret.Spec.Labels[UnitLabels.Instance]).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The installation's.</summary>
    public async Task<IReadOnlyList<Secret>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await engine.Api.Secrets.ListAsync(cancellationToken).ConfigureAwait(false) ?? []).Where(IsOurs)];

    private bool IsOurs(Secret secret) =>
        secret.Spec?.Labels is { } labels && labels.TryGetValue(UnitLabels.Installation, out var owner) && owner == engine.Installation && labels.ContainsKey(UnitLabels.Instance);
}
