namespace TenantKit.Orchestration;

/// <summary>What one ensure has to do: which instances to ask to stop, and how many to start.</summary>
/// <param name="Stop">Ids of the instances to stop.</param>
/// <param name="Start">How many to start now.</param>
internal sealed record UnitPlan(IReadOnlyList<string> Stop, int Start)
{
    /// <remarks>
    /// 1. Live instances of an older epoch or other settings stop.
    /// 2. Of the rest, those beyond the wanted number stop, the newest first.
    /// 3. Nothing starts while an outdated instance lives: an embedded database is never open in two generations at once.
    /// 4. Missing ones start.
    /// </remarks>
    public static UnitPlan Make(UnitSpec spec, IReadOnlyList<InstanceObservation> instances)
    {
        List<string> stop = [];
        List<InstanceObservation> wanted = [];
        var outdatedLives = false;
        foreach (var instance in instances)
        {
            if (instance.State == RuntimeState.Exited)
            {
                continue;
            }

            var isOutdated = !instance.IsCurrent || instance.RestartEpoch < spec.RestartEpoch;
            outdatedLives |= isOutdated;
            if (instance.State == RuntimeState.Stopping)
            {
                continue;
            }

            if (isOutdated)
            {
                stop.Add(instance.Id);
            }
            else
            {
                wanted.Add(instance);
            }
        }

        for (var i = wanted.Count - 1; i >= Math.Max(spec.Replicas, 0); i--)
        {
            stop.Add(wanted[i].Id);
        }

        return new UnitPlan(stop, outdatedLives ? 0 : Math.Max(0, spec.Replicas - wanted.Count));
    }
}
