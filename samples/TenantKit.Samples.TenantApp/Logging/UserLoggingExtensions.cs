using Microsoft.Extensions.Logging.Console;

namespace TenantKit.Samples.TenantApp.Logging;

/// <summary>Logs to standard output in the form that TenantKit collects. The level is <c>Logging:LogLevel:Default</c>.</summary>
internal static class UserLoggingExtensions
{
    public static void AddUserLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(static options => options.FormatterName = UserConsoleFormatter.FormatterName);
        builder.Logging.AddConsoleFormatter<UserConsoleFormatter, ConsoleFormatterOptions>();
    }
}
