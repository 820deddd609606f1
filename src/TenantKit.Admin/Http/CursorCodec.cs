using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using TenantKit.Admin.SignIn;
using TenantKit.Storage;

namespace TenantKit.Admin.Http;

/// <summary>Makes and checks list cursors: opaque, and bound to the list and its filters by an HMAC.</summary>
internal sealed class CursorCodec(AccessTokenKey key)
{
    private const int TagLength = 16;
    private const int DefaultLimit = 50;
    private const int MaxLimit = 500;

    /// <summary>Reads <c>limit</c> and <c>cursor</c>.</summary>
    public PageRequest ReadPage(HttpContext context, QueryReader query) =>
        new(query.Number("limit", 1, MaxLimit) ?? DefaultLimit, query.Text("cursor") is { } cursor ? Decode(cursor, Scope(context)) : null);

    /// <summary>Makes the answer of a list.</summary>
    public PageResponse<TOut> ToResponse<TIn, TOut>(HttpContext context, Page<TIn> page, Func<TIn, TOut> convert) =>
        new([.. page.Items.Select(convert)], page.Next is { } next ? Encode(next, Scope(context)) : null);

    private string Encode(string after, string scope)
    {
        var text = Encoding.UTF8.GetBytes(after);
        return Base64Url.EncodeToString([.. Tag(text, scope), .. text]);
    }

    private string Decode(string cursor, string scope)
    {
        var bytes = Base64Url.IsValid(cursor) ? Base64Url.DecodeFromChars(cursor) : [];
        if (bytes.Length <= TagLength || !CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, TagLength), Tag(bytes.AsSpan(TagLength), scope)))
        {
            throw new ApiException(400, "cursor_invalid", "The cursor is not one that this list gave for these filters. Start without a cursor.");
        }

        return Encoding.UTF8.GetString(bytes.AsSpan(TagLength));
    }

    private byte[] Tag(ReadOnlySpan<byte> after, string scope)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.CursorKey);
        hmac.AppendData(Encoding.UTF8.GetBytes(scope));
        hmac.AppendData([0]);
        hmac.AppendData(after);
        return hmac.GetHashAndReset()[..TagLength];
    }

    private static string Scope(HttpContext context) =>
        string.Join(
            '\u0001',
            context.Request.Query
                .Where(static pair => pair.Key is not ("limit" or "cursor"))
                .OrderBy(static pair => pair.Key, StringComparer.Ordinal)
                .Select(static pair => pair.Key + '\u0002' + pair.Value)
                .Prepend(context.Request.Path.Value));
}
