namespace TenantKit.Simulation.Steps;

/// <summary>One crash: at which call since the workflow began, where in it, and who goes on.</summary>
/// <param name="Call">The number of the call, from 1.</param>
/// <param name="Moment">Where in it.</param>
/// <param name="Heir">True when another replica takes over by the lease; false when the same one starts again.</param>
internal sealed record FaultPoint(int Call, Moment Moment, bool Heir);
