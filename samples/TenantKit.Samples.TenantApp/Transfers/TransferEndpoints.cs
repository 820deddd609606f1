using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using TenantKit.Samples.TenantApp.Answers;

namespace TenantKit.Samples.TenantApp.Transfers;

/// <summary>Streams and large bodies, in constant memory.</summary>
internal static class TransferEndpoints
{
    private const int ChunkSize = 64 * 1024;
    private const int MaxSeconds = 86_400;
    private static readonly byte[] Chunk = CreateChunk();

    public static void MapTransfers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/stream", (RequestDelegate)StreamAsync);
        routes.MapGet("/api/bytes", (RequestDelegate)SendAsync);
        routes.MapPost("/api/count-bytes", (RequestDelegate)CountAsync);
        routes.MapGet("/ws/echo", (RequestDelegate)EchoEndpoint.HandleAsync);
    }

    /// <summary>An event at once and then one a second; the client's leaving and the app's stop end it.</summary>
    private static async Task StreamAsync(HttpContext context)
    {
        var seconds = Read(context, "seconds", 10, MaxSeconds);
        var services = context.RequestServices;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), services.GetRequiredService<TimeProvider>());
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        try
        {
            for (var second = 1L; second <= seconds && await timer.WaitForNextTickAsync(end.Token).ConfigureAwait(false); second++)
            {
                await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"id: {second}\ndata: {{\"second\":{second}}}\n\n"), end.Token).ConfigureAwait(false);
                await context.Response.Body.FlushAsync(end.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The stream simply ends.
        }
    }

    private static async Task SendAsync(HttpContext context)
    {
        var left = Read(context, "count", 0, long.MaxValue);
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = left;
        while (left > 0)
        {
            var size = (int)Math.Min(left, ChunkSize);
            await context.Response.Body.WriteAsync(Chunk.AsMemory(0, size), context.RequestAborted).ConfigureAwait(false);
            left -= size;
        }
    }

    private static async Task CountAsync(HttpContext context)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            var bytes = 0L;
            int read;
            while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                bytes += read;
            }

            await context.Response.WriteAsJsonAsync(new ByteCount(bytes, Convert.ToHexStringLower(hash.GetHashAndReset())), AppJson.Default.ByteCount).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long Read(HttpContext context, string name, long otherwise, long max)
    {
        var text = context.Request.Query[name];
        return text.Count == 0 ? otherwise
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max ? number
            : throw ProblemException.Invalid(name, $"A whole number from 0 to {max}.");
    }

    private static byte[] CreateChunk()
    {
        var chunk = new byte[ChunkSize];
        for (var i = 0; i < chunk.Length; i++)
        {
            chunk[i] = (byte)i;
        }

        return chunk;
    }
}
