namespace TenantKit.Admin.SignIn;

/// <summary>A session.</summary>
/// <param name="AccessToken">For <c>Authorization: Bearer</c>.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">Seconds that the access token is valid.</param>
/// <param name="RefreshToken">Renews the session, once.</param>
/// <param name="User">Who signed in.</param>
internal sealed record LoginResponse(string AccessToken, string TokenType, long ExpiresIn, string RefreshToken, PrincipalResponse User)
{
    public override string ToString() => nameof(LoginResponse);
}
