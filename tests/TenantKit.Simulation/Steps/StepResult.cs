namespace TenantKit.Simulation.Steps;

/// <summary>What one run showed.</summary>
/// <param name="Calls">The calls outside since the workflow began, in order.</param>
/// <param name="Started">Instances that were started since.</param>
/// <param name="Broken">Rules that did not hold; empty when all did.</param>
internal sealed record StepResult(IReadOnlyList<string> Calls, int Started, IReadOnlyList<string> Broken);
