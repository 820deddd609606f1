using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TenantKit.LoadChecks.App;

/// <summary>
/// What the checks' tenants run: it notes each request on disk as it comes, before anything else is done with it, so that it can be told afterwards
/// what reached an instance and how often. Slow or broken on request, asked at its own address.
/// </summary>
internal static class LedgerApp
{
    public const string NumberHeader = "X-Number";

    /// <summary>When set, one start in twenty ends before it listens, and as many are killed within their first second.</summary>
    public const string CrashesVariable = "LOAD_CHECKS_CRASHES";

    public static async Task RunAsync()
    {
        if (Environment.GetEnvironmentVariable(CrashesVariable) is not null)
        {
            CrashNowAndThen();
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.AddTenantAgent();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        await using var app = builder.Build();
        var folder = Environment.GetEnvironmentVariable("TENANTKIT_DATA_DIR") ?? ".";
        var instance = Environment.GetEnvironmentVariable("TENANTKIT_INSTANCE_ID") ?? "none";
        using var ledger = new Ledger(folder, instance);
        var slowUntil = DateTimeOffset.MinValue;
        var slowBy = TimeSpan.Zero;

        app.MapTenantAgent();
        app.MapPost("/fault/slow", (RequestDelegate)(context =>
        {
            slowBy = TimeSpan.FromMilliseconds(int.Parse(context.Request.Query["by"]!, CultureInfo.InvariantCulture));
            slowUntil = TimeProvider.System.GetUtcNow() + TimeSpan.FromMilliseconds(int.Parse(context.Request.Query["for"]!, CultureInfo.InvariantCulture));
            return Task.CompletedTask;
        }));
        app.MapGet("/wait", (RequestDelegate)(async context =>
        {
            await Task.Delay(int.Parse(context.Request.Query["ms"]!, CultureInfo.InvariantCulture), context.RequestAborted);
            await context.Response.WriteAsync(instance);
        }));
        app.Map("/item", (RequestDelegate)(async context =>
        {
            string? number = context.Request.Headers[NumberHeader];
            if (number is not null)
            {
                ledger.Came(number);
            }

            var hash = await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted);
            if (TimeProvider.System.GetUtcNow() < slowUntil)
            {
                await Task.Delay(slowBy, context.RequestAborted);
            }

            await context.Response.WriteAsync($"{number} {Convert.ToHexStringLower(hash)} {instance}");
        }));
        await app.RunAsync();
    }

    private static void CrashNowAndThen()
    {
        var chance = Random.Shared.Next(20);
        if (chance == 0)
        {
            Environment.Exit(3);
        }

        if (chance == 1)
        {
            _ = Task.Delay(Random.Shared.Next(1000)).ContinueWith(static _ => Process.GetCurrentProcess().Kill(), TaskScheduler.Default);
        }
    }
}
