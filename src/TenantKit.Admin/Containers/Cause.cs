namespace TenantKit.Admin.Containers;

/// <summary>One link of a cause chain; each link is explained by the next.</summary>
/// <param name="Code">A stable code.</param>
/// <param name="Detail">The same in words.</param>
/// <param name="At">When it came about, or when it is due.</param>
internal sealed record Cause(string Code, string Detail, DateTimeOffset? At = null);
