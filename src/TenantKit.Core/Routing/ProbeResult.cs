namespace TenantKit.Routing;

/// <summary>The answer of a probe.</summary>
/// <param name="Passed">True when the instance is who it should be and ready.</param>
/// <param name="Problem">Why not, in words; null when it passed.</param>
public sealed record ProbeResult(bool Passed, string? Problem = null)
{
    /// <summary>True when the instance itself answered, whether it is ready or not.</summary>
    public bool Reached { get; init; } = Passed;

    /// <summary>The probe passed.</summary>
    public static ProbeResult Success { get; } = new(true);
}
