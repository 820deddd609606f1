using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace TenantKit.Admin.Http;

/// <summary>Reads a request's JSON body within its limits.</summary>
internal static class JsonBody
{
    /// <summary>The largest body of the Admin API: 1 MiB.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>Reads the body, and says what the idempotency check compares it by.</summary>
    public static async Task<(T Value, string Hash)> ReadAsync<T>(HttpContext context)
        where T : class
    {
        var bytes = await ReadBytesAsync(context).ConfigureAwait(false);
        return (Parse<T>(bytes.Span), Convert.ToHexStringLower(SHA256.HashData(bytes.Span)));
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext context)
    {
        var request = context.Request;
        if (!IsJson(request.ContentType))
        {
            throw new ApiException(415, "unsupported_media_type", "Send the body as 'Content-Type: application/json' in UTF-8.");
        }

        if (request.ContentLength > MaxBytes)
        {
            throw TooLarge();
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBytes;
        }

        var buffer = new ArrayBufferWriter<byte>(Math.Clamp((int)(request.ContentLength ?? 0), 256, MaxBytes));
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.GetMemory(4096), context.RequestAborted).ConfigureAwait(false);
            if (read == 0)
            {
                return buffer.WrittenMemory;
            }

            buffer.Advance(read);
            if (buffer.WrittenCount > MaxBytes)
            {
                throw TooLarge();
            }
        }
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static T Parse<T>(ReadOnlySpan<byte> bytes)
        where T : class
    {
        if (bytes.StartsWith(ByteOrderMark))
        {
            bytes = bytes[ByteOrderMark.Length..];
        }

        if (!Utf8.IsValid(bytes))
        {
            throw new ApiException(400, "invalid_json", "The body is not valid UTF-8.");
        }

        try
        {
            return JsonSerializer.Deserialize<T>(bytes, AdminJson.Options)
                ?? throw new ApiException(400, "invalid_json", "The body must be a JSON object, not null.");
        }
        catch (JsonException exception)
        {
            throw JsonProblem.Of(exception);
        }
    }

    private static ApiException TooLarge() => new(413, "body_too_large", "The body is larger than 1 MiB.");
}
