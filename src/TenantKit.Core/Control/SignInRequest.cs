namespace TenantKit.Control;

/// <summary>Credentials of a person.</summary>
/// <param name="UserName">The login name.</param>
/// <param name="Password">The password. Never logged.</param>
/// <param name="RemoteAddress">Where the person comes from, for rate limits; null when unknown.</param>
public sealed record SignInRequest(string UserName, string Password, string? RemoteAddress)
{
    /// <inheritdoc/>
    public override string ToString() => UserName;
}
