using Microsoft.AspNetCore.Http;

namespace TenantKit.Gateway.Edge;

/// <summary>Headers that speak for the gateway or rewrite a request, and so are never taken from a client.</summary>
internal static class ClientHeaders
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "Forwarded", "X-Real-IP", "X-Original-URL", "X-Original-Host", "X-Original-URI", "X-Original-For", "X-Original-Proto", "X-Rewrite-URL", "X-HTTP-Method-Override",
        "X-HTTP-Method", "X-Method-Override", "X-Client-IP", "X-Cluster-Client-IP", "True-Client-IP", "X-Envoy-External-Address",
        "X-Content-Length", "X-Request-Id", "Proxy", "Proxy-Authorization",
    };

    /// <summary>Removes them. A name with an underscore goes too: some servers read it as the one with a hyphen.</summary>
    public static void Clean(IHeaderDictionary headers) => HeaderScan.Remove(headers, IsReserved);

    /// <summary>True for a name that no client may send.</summary>
    public static bool IsReserved(string name) => name.Contains('_', StringComparison.Ordinal) || (name[0] | 0x20) switch
    {
        'x' => name.StartsWith("X-TenantKit-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) || Names.Contains(name),
        'f' or 'p' or 't' => Names.Contains(name),
        _ => false,
    };
}
