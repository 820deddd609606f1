using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace TenantKit.Samples.TenantApp.Logging;

/// <summary>Writes <c>[time] USER_&lt;id&gt; - message</c>, one line per entry: a line break in a message cannot forge another entry.</summary>
internal sealed class UserConsoleFormatter(IConfiguration configuration, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "user";
    private readonly string user = $" USER_{configuration["USER_ID"] ?? "-"} - ";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.Write('[');
        textWriter.Write(time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        textWriter.Write(']');
        textWriter.Write(user);
        textWriter.Write(OneLine(logEntry.Formatter(logEntry.State, logEntry.Exception)));
        if (logEntry.Exception is { } exception)
        {
            textWriter.Write(" | ");
            textWriter.Write(OneLine(exception.ToString()));
        }

        textWriter.Write('\n');
    }

    private static string OneLine(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0 ? text : string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
