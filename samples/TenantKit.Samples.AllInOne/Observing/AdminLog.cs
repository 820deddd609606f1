using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace TenantKit.Samples.AllInOne.Observing;

/// <summary>
/// One log for both hosts, <c>[time] LEVEL - message</c>, on the console and in a file a day under the data directory. Levels can be changed
/// through the configuration section <c>Serilog</c>.
/// </summary>
internal static class AdminLog
{
    private const string Format = "[{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz}] {LevelName} - {Message:lj}{NewLine}{Exception}";
    private const long MaxFileBytes = 64L << 20;
    private const int KeptFiles = 14;

    public static void AddAdminLog(this WebApplicationBuilder builder)
    {
        // The second host of the process writes to the first one's log.
        if (ReferenceEquals(Log.Logger, Logger.None))
        {
            Log.Logger = Create(builder.Configuration);
        }

        builder.Logging.ClearProviders();
        builder.Services.AddSerilog(Log.Logger);
    }

    private static Logger Create(IConfiguration configuration)
    {
        var kit = configuration.GetSection(TenantKitOptions.SectionName);
        var folder = kit[nameof(TenantKitOptions.DataDirectory)] ?? new TenantKitOptions().DataDirectory;
        return new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .MinimumLevel.Override("Yarp", LogEventLevel.Warning)
            .ReadFrom.Configuration(configuration)
            .Enrich.With<LevelName>()
            .WriteTo.Console(outputTemplate: Format, formatProvider: CultureInfo.InvariantCulture)
            .WriteTo.File(
                Path.Combine(folder, "logs", "tenantkit-.log"),
                outputTemplate: Format,
                formatProvider: CultureInfo.InvariantCulture,
                rollingInterval: RollingInterval.Day,
                rollOnFileSizeLimit: true,
                fileSizeLimitBytes: MaxFileBytes,
                retainedFileCountLimit: KeptFiles)
            .CreateLogger();
    }
}
