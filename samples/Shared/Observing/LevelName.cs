using Serilog.Core;
using Serilog.Events;

namespace TenantKit.Samples.Observing;

/// <summary>Adds the level by the name that operators filter for.</summary>
internal sealed class LevelName : ILogEventEnricher
{
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory) =>
        logEvent.AddOrUpdateProperty(new LogEventProperty(nameof(LevelName), new ScalarValue(Of(logEvent.Level))));

    private static string Of(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => "DEBUG",
        LogEventLevel.Information => "INFO",
        LogEventLevel.Warning => "WARNING",
        LogEventLevel.Error => "ERROR",
        _ => "CRITICAL",
    };
}
