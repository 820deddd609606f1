namespace TenantKit.Gateway.Access;

/// <summary>What the credentials of a request came to.</summary>
/// <param name="Caller">Who asks; null when nobody could be established.</param>
/// <param name="Presented">True when there were credentials, valid or not.</param>
/// <param name="ByCookie">True when they came in the session cookie.</param>
/// <param name="Problem">Set when they could not be checked at all.</param>
internal readonly record struct Authentication(Caller? Caller, bool Presented, bool ByCookie, GatewayProblem? Problem = null);
