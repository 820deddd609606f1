using TenantKit.Orchestration;

namespace TenantKit.Docker.Engine;

/// <summary>Removes networks that a host left behind, empty and older than a minute: they are no compute, and a unit asleep has none.</summary>
internal sealed class NetworkSweep(UnitNetworks networks, UnitGates gates, TimeProvider time)
{
    public static readonly TimeSpan Young = TimeSpan.FromMinutes(1);

    /// <param name="inUse">The names of the units that have containers.</param>
    /// <param name="isEmpty">Tells whether a unit is without containers now, while its gate is held.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task RemoveEmptyAsync(IReadOnlySet<string> inUse, Func<UnitRef, Task<bool>> isEmpty, CancellationToken cancellationToken)
    {
        foreach (var network in await networks.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            var age = time.GetUtcNow() - new DateTimeOffset(network.Created.ToUniversalTime(), TimeSpan.Zero);
            if (UnitMarks.Read(network.Labels) is not { } unit || inUse.Contains(unit.Name) || age < Young)
            {
                continue;
            }

            var gate = await gates.EnterAsync(unit, cancellationToken).ConfigureAwait(false);
            try
            {
                if (await isEmpty(unit).ConfigureAwait(false))
                {
                    await networks.RemoveAsync(unit, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (EngineErrors.IsOne(exception, cancellationToken))
            {
                // The next sweep tries again.
            }
            finally
            {
                gates.Leave(gate);
            }
        }
    }
}
