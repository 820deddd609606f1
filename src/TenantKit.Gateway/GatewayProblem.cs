namespace TenantKit.Gateway;

/// <summary>Why the gateway answers by itself: one refusal, in the terms of RFC 9457.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable code for programs.</param>
/// <param name="Title">Short text for people, the same for each occurrence.</param>
/// <param name="Detail">What happened here and what to do; null when the title says it.</param>
internal sealed record GatewayProblem(int Status, string Code, string Title, string? Detail = null)
{
    /// <summary>Seconds for <c>Retry-After</c>; null for none.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>True when the connection must not be used again.</summary>
    public bool CloseConnection { get; init; }

    /// <summary>True where too many asked: who is refused so may ask again at once, and would be refused again.</summary>
    public bool IsSurplus { get; init; }

    /// <summary>How long the answer is kept back; see <see cref="Access.RefusalPace"/>.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>One more header, such as <c>Allow</c> or <c>WWW-Authenticate</c>; null for none.</summary>
    public KeyValuePair<string, string>? Header { get; init; }
}
