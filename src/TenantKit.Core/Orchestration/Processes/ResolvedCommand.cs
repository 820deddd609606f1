namespace TenantKit.Orchestration.Processes;

/// <summary>A command that can be started, or why there is none.</summary>
internal sealed record ResolvedCommand(IReadOnlyList<string> Line, string? Reason, string? Problem);
