namespace TenantKit.Samples.TenantApp.Faults;

/// <summary>How the app shall break itself.</summary>
internal sealed record FaultInput(string? Mode = null, int? Seconds = null);
