namespace TenantKit.Admin.Users;

/// <summary>How a user signs in.</summary>
/// <param name="UserName">The login name.</param>
/// <param name="Password">The generated password, shown once; null when the caller chose it, and when the answer is given again.</param>
internal sealed record CredentialsResponse(string UserName, string? Password)
{
    public override string ToString() => UserName;
}
