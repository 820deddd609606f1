namespace TenantKit.Operations;

/// <summary>One step of an operation.</summary>
/// <param name="Name">What was done, such as <c>start_unit</c>.</param>
/// <param name="State">How it stands.</param>
/// <param name="StartedAt">When it started (UTC).</param>
/// <param name="EndedAt">When it ended (UTC); null while it runs.</param>
/// <param name="Message">What people should know; null when there is nothing to add.</param>
public sealed record OperationStep(string Name, OperationState State, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? Message);
