namespace TenantKit.Storage;

/// <summary>Which page of a list.</summary>
/// <param name="Limit">Most items; 1 to 500.</param>
/// <param name="After">Key of the last item of the page before; null for the first page.</param>
public sealed record PageRequest(int Limit, string? After = null);
