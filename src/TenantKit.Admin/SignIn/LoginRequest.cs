namespace TenantKit.Admin.SignIn;

/// <summary>Body of a sign-in.</summary>
/// <param name="UserName">The login name.</param>
/// <param name="Password">The password.</param>
internal sealed record LoginRequest(string? UserName, string? Password)
{
    public override string ToString() => UserName ?? "";
}
