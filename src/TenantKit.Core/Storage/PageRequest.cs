namespace TenantKit.Storage;

/// <summary>Which page of a list.</summary>
/// <param name="Limit">Most items; 1 to 500.</param>
/// <param name="After">Key of the last item of the page before; null for the first page.</param>
/// <exception cref="ArgumentOutOfRangeException">The limit is out of bounds.</exception>
public sealed record PageRequest(int Limit, string? After = null)
{
    /// <summary>The largest <see cref="Limit"/>.</summary>
    public const int MaxLimit = 500;

    /// <summary>Most items; 1 to 500.</summary>
    public int Limit { get; init; } = Limit is >= 1 and <= MaxLimit
        ? Limit
        : throw new ArgumentOutOfRangeException(nameof(Limit), Limit, "A page holds 1 to 500 items. Ask for fewer, and for the next page.");
}
