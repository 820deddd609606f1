namespace TenantKit.LoadChecks.Load;

/// <summary>What a request is, as far as sending it again is concerned.</summary>
internal enum CallKind
{
    Get,
    Head,
    Put,

    /// <summary>A POST with an <c>Idempotency-Key</c>.</summary>
    KeyedPost,

    /// <summary>A POST without one: it may reach an app once only.</summary>
    PlainPost,
}
