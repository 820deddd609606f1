namespace TenantKit.Gateway.Resolution;

/// <summary><c>/t/{name}/…</c> at the gateway's own host. On a tenant's host the whole path belongs to its app.</summary>
internal sealed class PathTenantResolver : ITenantResolver
{
    private const string Prefix = "/t/";

    public TenantReference? Resolve(in TenantResolutionRequest request)
    {
        if (!request.IsGatewayHost || !request.Path.StartsWith(Prefix, StringComparison.Ordinal) || request.Path.Length == Prefix.Length)
        {
            return null;
        }

        var slash = request.Path.IndexOf('/', Prefix.Length);
        var end = slash < 0 ? request.Path.Length : slash;
        return TenantReference.ByName(request.Path[Prefix.Length..end], request.Path[..end]);
    }
}
