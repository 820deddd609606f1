namespace TenantKit.Gateway.Health;

/// <summary>Reads the fleets.</summary>
internal sealed class InstanceHealthView(FleetTable fleets, TimeProvider time) : IInstanceHealthView
{
    public IReadOnlyList<InstanceHealth> Of(string tenantId) => fleets.TryGet(tenantId, out var fleet) ? [.. fleet.Slots.Select(Describe)] : [];

    public IReadOnlyDictionary<InstanceHealthState, int> Count() => fleets.All.SelectMany(static fleet => fleet.Slots).CountBy(StateOf).ToDictionary();

    private InstanceHealth Describe(InstanceSlot slot)
    {
        var state = StateOf(slot);
        var reason = state switch
        {
            InstanceHealthState.Healthy => null,
            InstanceHealthState.Starting => slot.ProbeProblem ?? "It has not been probed yet.",
            InstanceHealthState.Unhealthy => slot.ProbeProblem ?? "No connection to it came about.",
            InstanceHealthState.Draining => "It is about to stop.",
            _ => Explain(slot.Ejection.Reason),
        };
        TimeSpan? left = slot.Ejection.Until is var until and not 0 ? TimeSpan.FromTicks(Math.Max(0, time.GetElapsedTime(time.GetTimestamp(), until).Ticks)) : null;
        return new InstanceHealth(slot.TenantId, slot.InstanceId, state, reason, slot.InFlight, left);
    }

    private static string Explain(EjectionReason reason) => reason switch
    {
        EjectionReason.ErrorRate => "It failed far more often than the tenant's other instances.",
        EjectionReason.TrialFailed => "The request that tried it again failed.",
        _ => "Requests in a row got no answer from it.",
    };

    private static InstanceHealthState StateOf(InstanceSlot slot) => slot switch
    {
        { Draining: true } => InstanceHealthState.Draining,
        { WasReady: false } => InstanceHealthState.Starting,
        { Ready: false } => InstanceHealthState.Unhealthy,
        { Ejection.IsOut: true } => InstanceHealthState.Ejected,
        { Ejection.Trial: true } => InstanceHealthState.Trial,
        _ => InstanceHealthState.Healthy,
    };
}
