namespace TenantKit.Admin.Http;

/// <summary>A page of a list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">The items.</param>
/// <param name="NextCursor">What to send as <c>cursor</c> for the next page; null on the last.</param>
internal sealed record PageResponse<T>(IReadOnlyList<T> Items, string? NextCursor);
