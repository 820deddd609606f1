using TenantKit.Simulation.Faults;

namespace TenantKit.Simulation.Running;

/// <summary>What people read.</summary>
internal static class Report
{
    public static string Sum(long seeds, long events, double seconds, int violations) =>
        FormattableString.Invariant($"seeds {seeds}, events {events}, events/s {events / Math.Max(seconds, 0.001):0}, violations {violations}");

    public static string Describe(RunResult result) => FormattableString.Invariant(
        $"""
        seed {result.Seed}: {result.Setup.Replicas} replicas, {result.Setup.Gateways} gateways, {result.Setup.Tenants} tenants, {result.Setup.Duration.TotalSeconds:0} s of faults; {result.Operations} operations, {result.Requests} requests, {result.Checks} checks
        faults: {string.Join(' ', result.Faults)}
        fingerprint {result.Fingerprint:x16}
        {(result.Violation is { } violation ? $"VIOLATION of {violation.Invariant} at {violation.At} (event {violation.Event}): {violation.Detail}" : "no violation")}
        """);

    /// <summary>Which faults struck, and which never did.</summary>
    public static string Coverage(IReadOnlyList<long> hits)
    {
        var kinds = Enum.GetValues<FaultKind>();
        var never = kinds.Where(kind => hits[(int)kind] == 0).ToList();
        return $"faults that struck: {string.Join(", ", kinds.Where(kind => hits[(int)kind] > 0).Select(kind => FormattableString.Invariant($"{kind} {hits[(int)kind]}")))}"
            + (never.Count == 0 ? string.Empty : $"\nnever: {string.Join(", ", never)}");
    }
}
