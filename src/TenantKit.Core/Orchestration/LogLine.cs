namespace TenantKit.Orchestration;

/// <summary>One log line of an instance.</summary>
/// <param name="At">When it was written or first seen (UTC).</param>
/// <param name="InstanceId">The instance.</param>
/// <param name="Text">The line without its end.</param>
public sealed record LogLine(DateTimeOffset At, string InstanceId, string Text);
