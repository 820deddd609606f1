using Microsoft.Extensions.Options;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Engine;

/// <summary>Ends a unit's compute: apps first, then the database they used, then what was around them. The unit's gate is held.</summary>
internal sealed class UnitTeardown(InstanceStops stops, IUnitParts parts, IOptions<DockerOptions> options)
{
    public async Task EndComputeAsync(UnitRef unit, IReadOnlyList<Container> found, TimeSpan gracePeriod, bool keepsLogs, CancellationToken cancellationToken)
    {
        await StopAsync(found.Where(static container => container.Role != UnitLabels.DatabaseRole), gracePeriod).ConfigureAwait(false);
        await StopAsync(found.Where(static container => container.Role == UnitLabels.DatabaseRole), options.Value.Database.StopGracePeriod).ConfigureAwait(false);
        await parts.RemoveSurroundingsAsync(unit, cancellationToken).ConfigureAwait(false);

        Task StopAsync(IEnumerable<Container> containers, TimeSpan grace) =>
            Task.WhenAll(containers.Select(container => stops.StopAsync(unit, container, grace, keepsLogs && container.Role == UnitLabels.AppRole))).WaitAsync(cancellationToken);
    }
}
