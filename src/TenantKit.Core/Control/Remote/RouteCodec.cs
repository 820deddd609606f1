using System.Collections.Concurrent;
using TenantKit.Routing;

namespace TenantKit.Control.Remote;

/// <summary>Writes and reads parts of the route feed. Routes that were read share what many of them have in common.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class RouteCodec
{
    // There are about as many as templates have versions. Should a control plane send ever new ones, sharing begins anew.
    private const int MostShared = 10_000;

    private readonly ConcurrentDictionary<object, object> shared = new();

    /// <summary>Writes routes.</summary>
    /// <param name="routes">The routes and their revision.</param>
    /// <returns>UTF-8, in one line.</returns>
    public static byte[] Write(RouteList routes) => GatewayJson.Write(routes);

    /// <summary>Reads routes.</summary>
    /// <param name="utf8">What <see cref="Write"/> wrote.</param>
    /// <returns>The routes.</returns>
    /// <exception cref="System.Text.Json.JsonException">It is something else.</exception>
    public RouteList Read(ReadOnlySpan<byte> utf8)
    {
        if (shared.Count > MostShared)
        {
            shared.Clear();
        }

        var list = GatewayJson.Read<RouteList>(utf8);
        return list with { Routes = [.. list.Routes.Select(Share)] };
    }

    private Route Share(Route route) => route with
    {
        Probe = Share(route.Probe),
        Http = Share(route.Http),
        Reason = Share(route.Reason),
        LoadBalancing = route.LoadBalancing is { } policy ? Share(policy) : null,
        AnonymousPaths = route.AnonymousPaths.Count == 0 ? [] : ShareAll(route.AnonymousPaths),
        Instances = route.Instances.Count == 0 ? [] : route.Instances,
    };

    private T Share<T>(T value)
        where T : class => (T)shared.GetOrAdd(value, value);

    private IReadOnlyList<string> ShareAll(IReadOnlyList<string> paths)
    {
        var key = (nameof(Route.AnonymousPaths), string.Join('\n', paths));
        return (IReadOnlyList<string>)shared.GetOrAdd(key, static (_, value) => value, paths);
    }
}
