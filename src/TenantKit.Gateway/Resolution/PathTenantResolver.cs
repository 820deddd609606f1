namespace TenantKit.Gateway.Resolution;

/// <summary><c>/t/{name}/…</c> at the gateway's own host. On a tenant's host the whole path belongs to its app.</summary>
/// <remarks>What a name refers to is kept, so that it is not made anew for every request. Strangers can ask for any name: the memory has a bound.</remarks>
internal sealed class PathTenantResolver : ITenantResolver
{
    private const string Prefix = "/t/";
    private const int MostKept = 200_000;

    private readonly RecentlyUsed<string, TenantReference> kept = new(MostKept, StringComparer.Ordinal);

    public TenantReference? Resolve(in TenantResolutionRequest request)
    {
        if (!request.IsGatewayHost || !request.Path.StartsWith(Prefix, StringComparison.Ordinal) || request.Path.Length == Prefix.Length)
        {
            return null;
        }

        var slash = request.Path.IndexOf('/', Prefix.Length);
        var end = slash < 0 ? request.Path.Length : slash;
        return kept.TryGet(request.Path.AsSpan(Prefix.Length..end), out var reference) ? reference : Make(request.Path, end);
    }

    private TenantReference Make(string path, int end)
    {
        var reference = TenantReference.ByName(path[Prefix.Length..end], path[..end]);
        kept.Set(reference.TenantName!, reference);
        return reference;
    }
}
