using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TenantKit.Control;
using TenantKit.Gateway;
using TenantKit.Gateway.Tls;
using TenantKit.Routing;

namespace TenantKit.Benchmarks.Serving;

/// <summary>This gateway with all its features on: strict edge, signed-in callers, signed identity, activity, balancing over two instances, outlier detection, retries.</summary>
internal static class GatewayServer
{
    public static async Task RunAsync(ServeOptions options)
    {
        var tokens = new TokenIssuer();
        await using var app = await StartAsync(options, tokens);
        if (options.RequestsFile is { } file)
        {
            await File.WriteAllTextAsync(file, options.Http2 ? $"/t/{Population.NameOf(0)}/ {tokens.Issue("user0", Population.IdOf(0))}\n" : Script(options, tokens));
        }

        Console.WriteLine($"ready {app.Urls.First()}");
        await app.WaitForShutdownAsync();
    }

    public static async Task<WebApplication> StartAsync(ServeOptions options, TokenIssuer tokens)
    {
        var routes = Enumerable.Range(0, options.Tenants).Select(number => Population.Awake(number, options.Backends, 1)).ToList();
        var control = new StaticControl(routes, tokens);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IRouteFeed>(control);
        builder.Services.AddSingleton<IControlClient>(control);
        builder.Services.AddSingleton<IInstanceProbe>(control);
        builder.Services.AddTenantGateway();
        builder.Services.Configure<TenantGatewayOptions>(gateway =>
        {
            if (options.Certificate is { } file)
            {
                gateway.Url = $"https://127.0.0.1:{options.Port}";
                gateway.Tls.Certificates.Add(new GatewayCertificate { Path = file });
                gateway.Tls.DefaultName = "localhost";
            }
            else
            {
                gateway.Url = $"http://127.0.0.1:{(options.Http2 ? 0 : options.Port)}";
                gateway.Http2Url = options.Http2 ? $"http://127.0.0.1:{options.Port}" : null;
            }

            gateway.InternalUrl = "http://127.0.0.1:0";
        });
        builder.WebHost.UseTenantGatewayKestrel(dedicated: true);
        var app = builder.Build();
        app.MapTenantGatewayInternal();
        app.MapTenantGateway();
        await app.StartAsync();
        var registry = app.Services.GetRequiredService<IRouteRegistry>();
        while (!registry.IsSynced)
        {
            await Task.Delay(10);
        }

        return app;
    }

    /// <summary>A wrk script that goes round the hot tenants, spread over all, each with its user's token.</summary>
    private static string Script(ServeOptions options, TokenIssuer tokens)
    {
        var script = new StringBuilder("local requests, size = {}, tonumber(os.getenv('TENANTKIT_POST_BYTES') or 0)\nlocal method, body = size > 0 and 'POST' or 'GET', size > 0 and string.rep('x', size) or nil\nfunction init()\n");
        for (var i = 0; i < options.Hot; i++)
        {
            var number = (int)((long)i * options.Tenants / options.Hot);
            var token = tokens.Issue($"user{number}", Population.IdOf(number));
            script.AppendLine($"  requests[{i + 1}] = wrk.format(method, '/t/{Population.NameOf(number)}/', {{['Authorization'] = 'Bearer {token}', ['Host'] = 'localhost'}}, body)");
        }

        return script.Append($"end\nlocal next = 0\nfunction request()\n  next = next % {options.Hot} + 1\n  return requests[next]\nend\n")
            .Append("function done(summary, latency)\n  local e = summary.errors\n  io.write(string.format('RESULT %d %d %d %d\\n', summary.requests, summary.duration, latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))\nend\n")
            .ToString();
    }
}
