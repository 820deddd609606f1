namespace TenantKit.Orchestration;

/// <summary>How a one-off command ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">The last 64 KiB of its standard output and error.</param>
public sealed record CommandResult(int ExitCode, string Output);
