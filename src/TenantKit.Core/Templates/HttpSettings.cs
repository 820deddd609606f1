namespace TenantKit.Templates;

/// <summary>How requests are brought to an app, and what of the gateway's strictness it can do without. Compared by value.</summary>
public sealed record HttpSettings
{
    /// <summary>The version of HTTP the app speaks, for requests and probes alike. The default is <see cref="AppProtocol.Http1"/>.</summary>
    public AppProtocol Protocol { get; init; } = AppProtocol.Http1;

    /// <summary>
    /// True when the app takes <c>%2f</c> in a path for a part of a name, never for a divider. Paths are passed on as they were sent; one that would
    /// mean something else with dividers (<c>..%2f</c>) is refused all the same. The default is false: such a path gets 400.
    /// </summary>
    public bool AllowEncodedSlash { get; init; }

    /// <summary>True when the app wants bodies of GET requests. The default is false: they get 400.</summary>
    public bool AllowBodyOnGet { get; init; }

    /// <summary>
    /// Paths whose POST does no harm twice, so that it may be sent again when no answer came: <c>/api/search</c>, with <c>*</c> for one segment, and
    /// <c>**</c> at the end for any rest. At most 64. The default is none.
    /// </summary>
    public IReadOnlyList<string> IdempotentPosts { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(HttpSettings? other) =>
        other is not null && (Protocol, AllowEncodedSlash, AllowBodyOnGet) == (other.Protocol, other.AllowEncodedSlash, other.AllowBodyOnGet)
        && IdempotentPosts.SequenceEqual(other.IdempotentPosts, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Protocol, AllowEncodedSlash, AllowBodyOnGet, IdempotentPosts.Count);
}
