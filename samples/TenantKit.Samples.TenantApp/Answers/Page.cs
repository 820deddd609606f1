namespace TenantKit.Samples.TenantApp.Answers;

/// <summary>One page of a list.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);
