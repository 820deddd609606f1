namespace TenantKit.Samples.TenantApp.Answers;

/// <summary>An RFC 9457 problem with a stable code.</summary>
internal sealed record Problem(int Status, string Code, string Title, IReadOnlyDictionary<string, string[]>? Errors = null);
