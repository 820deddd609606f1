using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace TenantKit.Agent.Forwarded;

/// <summary>Gives the app the address that the caller sees. A start-up filter, as it must run before routing does.</summary>
/// <remarks>The headers are believed because only the gateway reaches the app: it listens on loopback or on the tenant's own network. Stand-alone they are ignored.</remarks>
internal sealed class ForwardedStartupFilter(IOptions<TenantAgentOptions> options) : IStartupFilter
{
    private static readonly SearchValues<char> PrefixCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/");
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.:[]");

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        if (!options.Value.IsStandAlone)
        {
            app.Use(static (context, following) =>
            {
                Apply(context.Request);
                return following(context);
            });
        }

        next(app);
    };

    internal static void Apply(HttpRequest request)
    {
        if (One(request, "X-Forwarded-Proto") is "http" or "https")
        {
            request.Scheme = request.Headers["X-Forwarded-Proto"]!;
        }

        if (One(request, "X-Forwarded-Host") is { Length: > 0 and <= 255 } host && !host.AsSpan().ContainsAnyExcept(HostCharacters))
        {
            request.Host = new HostString(host);
        }

        if (One(request, "X-Forwarded-Prefix") is { Length: > 1 and <= 255 } prefix && prefix[0] == '/'
            && !prefix.Contains("//", StringComparison.Ordinal) && !prefix.AsSpan().ContainsAnyExcept(PrefixCharacters))
        {
            request.PathBase = new PathString(prefix.TrimEnd('/'));
        }
    }

    private static string? One(HttpRequest request, string name) => request.Headers[name] is { Count: 1 } value ? value[0] : null;
}
