using System.Net;
using Prometheus;

namespace TenantKit.Samples.Observing;

/// <summary>Serves what the process measures as <c>/metrics</c> in Prometheus' text format, to connections from this machine only.</summary>
internal static class LocalMetrics
{
    private static readonly string[] Meters = ["TenantKit", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];
    private static readonly Lazy<IDisposable> Listening = new(Listen);

    public static IEndpointConventionBuilder MapLocalMetrics(this IEndpointRouteBuilder endpoints)
    {
        // From the start, not from the first scrape: what happened before counts as well.
        _ = Listening.Value;
        var serve = endpoints.CreateApplicationBuilder().UseMiddleware<LocalOnly>().UseMetricServer(url: null).Build();
        return endpoints.MapGet("/metrics", serve).WithDisplayName("metrics").AllowAnonymous();
    }

    private static IDisposable Listen()
    {
        Metrics.SuppressDefaultMetrics(new SuppressDefaultMetricOptions { SuppressMeters = true, SuppressEventCounters = true, SuppressDebugMetrics = true });
        return MeterAdapter.StartListening(new MeterAdapterOptions
        {
            InstrumentFilterPredicate = static instrument => Meters.Any(name => instrument.Meter.Name.StartsWith(name, StringComparison.Ordinal)),
        });
    }

    private sealed class LocalOnly(RequestDelegate next)
    {
        public Task InvokeAsync(HttpContext context)
        {
            if (context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
    }
}
