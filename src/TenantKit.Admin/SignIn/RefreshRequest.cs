namespace TenantKit.Admin.SignIn;

/// <summary>Body of a renewal or a sign-out.</summary>
/// <param name="RefreshToken">The session's secret.</param>
internal sealed record RefreshRequest(string? RefreshToken)
{
    public override string ToString() => nameof(RefreshRequest);
}
