using TenantKit.Admin.Users;

namespace TenantKit.Admin.SignIn;

/// <summary>How a sign-in ended: a session, or why there is none.</summary>
internal sealed record SignInOutcome
{
    public TenantKitUser? User { get; init; }

    public string AccessToken { get; init; } = "";

    public string RefreshToken { get; init; } = "";

    public string? ErrorCode { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public static SignInOutcome Refused(string code, TimeSpan? retryAfter = null) => new() { ErrorCode = code, RetryAfter = retryAfter };
}
