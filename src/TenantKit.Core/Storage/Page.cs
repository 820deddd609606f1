namespace TenantKit.Storage;

/// <summary>A page of a list ordered by key. A row that exists throughout is neither skipped nor repeated.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">The items.</param>
/// <param name="Next">What <see cref="PageRequest.After"/> is for the next page; null when this is the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
