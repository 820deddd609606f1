namespace TenantKit.Simulation.Invariants;

/// <summary>An invariant that did not hold.</summary>
/// <param name="Invariant">Its name.</param>
/// <param name="Detail">What happened.</param>
/// <param name="At">When, in virtual time.</param>
/// <param name="Event">At which event.</param>
internal sealed record Violation(string Invariant, string Detail, TimeSpan At, long Event);
