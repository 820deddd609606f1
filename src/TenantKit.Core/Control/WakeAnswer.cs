namespace TenantKit.Control;

/// <summary>The acknowledgement of a wake.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="QueuePosition">How many tenants start before it; 0 when it starts now; null when unknown.</param>
/// <param name="ExpectedWait">How long until it has started, as starts went lately; null when unknown.</param>
public sealed record WakeAnswer(WakeOutcome Outcome, int? QueuePosition = null, TimeSpan? ExpectedWait = null);
