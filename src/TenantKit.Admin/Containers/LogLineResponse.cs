namespace TenantKit.Admin.Containers;

/// <summary>A log line, one JSON object a line.</summary>
/// <param name="At">When it was written or first seen.</param>
/// <param name="InstanceId">The instance.</param>
/// <param name="Message">The line.</param>
internal sealed record LogLineResponse(DateTimeOffset At, string InstanceId, string Message);
