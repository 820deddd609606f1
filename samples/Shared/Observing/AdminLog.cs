using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace TenantKit.Samples.Observing;

/// <summary>
/// The log of a process, <c>[time] LEVEL - message</c>, on the console and, for hosts with a data directory, in a file a day under it. Levels can
/// be changed through the configuration section <c>Serilog</c>.
/// </summary>
internal static class AdminLog
{
    private const string Format = "[{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz}] {LevelName} - {Message:lj}{NewLine}{Exception}";
    private const long MaxFileBytes = 64L << 20;
    private const int KeptFiles = 14;

    public static void AddAdminLog(this WebApplicationBuilder builder, bool toFile = true)
    {
        // The second host of the process writes to the first one's log.
        if (ReferenceEquals(Log.Logger, Logger.None))
        {
            Log.Logger = Create(builder.Configuration, toFile);
        }

        builder.Logging.ClearProviders();
        builder.Services.AddSerilog(Log.Logger);
    }

    private static Logger Create(IConfiguration configuration, bool toFile)
    {
        var log = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .MinimumLevel.Override("Yarp", LogEventLevel.Warning)
            // Whoever went away in the middle, or was cut off, is no trouble to be told of.
            .Filter.ByExcluding(static entry => entry.Exception is ConnectionAbortedException or ConnectionResetException)
            .ReadFrom.Configuration(configuration)
            .Enrich.With<LevelName>()
            .WriteTo.Console(outputTemplate: Format, formatProvider: CultureInfo.InvariantCulture);
        return (toFile ? log.WriteToFile(configuration) : log).CreateLogger();
    }

    private static LoggerConfiguration WriteToFile(this LoggerConfiguration log, IConfiguration configuration)
    {
        var kit = configuration.GetSection(TenantKitOptions.SectionName);
        var folder = kit[nameof(TenantKitOptions.DataDirectory)] ?? new TenantKitOptions().DataDirectory;
        return log.WriteTo.File(
            Path.Combine(folder, "logs", "tenantkit-.log"),
            outputTemplate: Format,
            formatProvider: CultureInfo.InvariantCulture,
            rollingInterval: RollingInterval.Day,
            rollOnFileSizeLimit: true,
            fileSizeLimitBytes: MaxFileBytes,
            retainedFileCountLimit: KeptFiles);
    }
}
