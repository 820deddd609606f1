namespace TenantKit.Storage;

/// <summary>The first answer to a request that carried an <c>Idempotency-Key</c>.</summary>
public sealed record IdempotencyRecord : IStoreRecord
{
    /// <summary><c>{actor}/{method path}/{key}</c>, hashed to 64 hexadecimal characters.</summary>
    public required string Key { get; init; }

    /// <summary>SHA-256 of the request's body, lower-case hexadecimal; the same key with another body is refused.</summary>
    public required string RequestHash { get; init; }

    /// <summary>HTTP status of the answer.</summary>
    public required int StatusCode { get; init; }

    /// <summary>Body of the answer as JSON; secrets are left out.</summary>
    public required string Body { get; init; }

    /// <summary><c>Location</c> of the answer; null when it had none.</summary>
    public string? Location { get; init; }

    /// <summary>When the answer was given (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <inheritdoc/>
    public long Revision { get; init; }
}
