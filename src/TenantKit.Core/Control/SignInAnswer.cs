namespace TenantKit.Control;

/// <summary>The answer to a sign-in.</summary>
/// <param name="AccessToken">The token; null when refused.</param>
/// <param name="ExpiresIn">How long the token is valid.</param>
/// <param name="ErrorCode">Why it was refused, such as <c>invalid_credentials</c>; null when accepted.</param>
/// <param name="RetryAfter">When to try again, when locked or throttled.</param>
public sealed record SignInAnswer(string? AccessToken, TimeSpan ExpiresIn, string? ErrorCode, TimeSpan? RetryAfter = null)
{
    /// <inheritdoc/>
    public override string ToString() => ErrorCode ?? "signed in";
}
