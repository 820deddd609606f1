using System.Globalization;

namespace TenantKit.Benchmarks.Serving;

/// <summary>What a measured server is started with.</summary>
/// <param name="Port">Port on loopback.</param>
/// <param name="Backends">Addresses of the app's instances.</param>
/// <param name="Tenants">Tenants in the table; all awake, each with one instance per backend.</param>
/// <param name="Hot">Tenants that get requests.</param>
/// <param name="RequestsFile">Where to write a wrk script with one request per hot tenant, for HTTP/2 path and token of the first one; null for nowhere.</param>
/// <param name="Http2">Clients speak HTTP/2; false for HTTP/1.1.</param>
/// <param name="Certificate">A PEM file with a certificate for localhost and its key: clients use TLS; null for none.</param>
internal sealed record ServeOptions(int Port, string[] Backends, int Tenants, int Hot, string? RequestsFile, bool Http2 = false, string? Certificate = null)
{
    public static ServeOptions Parse(string[] args)
    {
        var given = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair[^1], StringComparer.Ordinal);
        int Number(string name, int otherwise) => given.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        return new ServeOptions(
            Number("--port", 0), given["--backends"].Split(','), Number("--tenants", 100_000), Number("--hot", 50), given.GetValueOrDefault("--requests"),
            given.GetValueOrDefault("--protocol") == "http2", given.GetValueOrDefault("--certificate"));
    }
}
