using TenantKit.Simulation.Faults;
using TenantKit.Simulation.Invariants;
using TenantKit.Simulation.Parts;

namespace TenantKit.Simulation.Running;

/// <summary>What a run came to.</summary>
internal sealed record RunResult(
    ulong Seed,
    long Events,
    ulong Fingerprint,
    Violation? Violation,
    IReadOnlyList<string> Journal,
    IReadOnlyList<FaultKind> Faults,
    IReadOnlyList<long> Hits,
    Setup Setup,
    int Operations,
    int Requests,
    long Checks);
