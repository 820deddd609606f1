namespace TenantKit.LoadChecks.Load;

/// <summary>How a request ended that got no answer of the app.</summary>
/// <param name="Call">The request.</param>
/// <param name="What">Status and code, or what became of the connection.</param>
/// <param name="MayBeRepeated">True when the gateway said that nothing was done, and when to come again.</param>
/// <param name="Began">When it was sent.</param>
/// <param name="Ended">When that was known.</param>
internal sealed record Outcome(Call Call, string What, bool MayBeRepeated, DateTimeOffset Began, DateTimeOffset Ended);
