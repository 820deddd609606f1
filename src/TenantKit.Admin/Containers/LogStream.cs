using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using TenantKit.Admin.Http;
using TenantKit.Orchestration;

namespace TenantKit.Admin.Containers;

/// <summary>Writes log lines as they come: as text <c>[time] USER_{id} - message</c>, or as newline-delimited JSON when asked for.</summary>
internal sealed class LogStream(IAsyncEnumerable<LogLine> lines, string userId, bool follow) : IResult
{
    private const string NdJson = "application/x-ndjson";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var asJson = httpContext.Request.Headers.Accept.Any(static value => value?.Contains(NdJson, StringComparison.OrdinalIgnoreCase) == true);
        await using var reader = lines.GetAsyncEnumerator(httpContext.RequestAborted);

        // The headers of a finite answer wait for the first line: when the runtime cannot read at all, there is still a problem answer.
        var next = reader.MoveNextAsync().AsTask();
        if (!follow)
        {
            await next.ConfigureAwait(false);
        }

        response.ContentType = asJson ? NdJson : "text/plain; charset=utf-8";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.StartAsync(httpContext.RequestAborted).ConfigureAwait(false);
        while (await next.ConfigureAwait(false))
        {
            await response.Body.WriteAsync(asJson ? Json(reader.Current) : Text(reader.Current), httpContext.RequestAborted).ConfigureAwait(false);
            next = reader.MoveNextAsync().AsTask();
            if (!next.IsCompleted)
            {
                await response.Body.FlushAsync(httpContext.RequestAborted).ConfigureAwait(false);
            }
        }
    }

    private byte[] Text(LogLine line)
    {
        var text = OneLine(line.Text);
        var mark = $"] USER_{userId} - ";
        var isMarked = text.StartsWith('[') && text.Contains(mark, StringComparison.Ordinal); // an app that writes the format itself
        return Encoding.UTF8.GetBytes(isMarked
            ? text + "\n"
            : string.Create(CultureInfo.InvariantCulture, $"[{line.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}{mark}{text}\n"));
    }

    private static byte[] Json(LogLine line) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(new LogLineResponse(line.At, line.InstanceId, line.Text), AdminJson.Options), (byte)'\n'];

    // A carriage return inside a line would let an app forge lines of others on a terminal.
    private static string OneLine(string text) => text.Replace('\r', ' ').Replace('\n', ' ');
}
