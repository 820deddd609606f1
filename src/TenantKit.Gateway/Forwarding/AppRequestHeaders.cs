using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using TenantKit.Control;
using TenantKit.Gateway.Access;
using TenantKit.Gateway.Edge;

namespace TenantKit.Gateway.Forwarding;

/// <summary>A client's headers as an app may see them: without the credentials of the gateway, and without what the gateway itself says of the caller.</summary>
/// <remarks>
/// Going through them gives what the app gets; asking for one by name gives what the client sent. They go through one array and one enumerator that
/// are used again, where those of the server's own headers are allocated for each request. Not thread-safe.
/// </remarks>
internal sealed class AppRequestHeaders : IHeaderDictionary, IEnumerator<KeyValuePair<string, StringValues>>
{
    private IHeaderDictionary sent = null!;
    private KeyValuePair<string, StringValues>[] copy = new KeyValuePair<string, StringValues>[32];
    private int count;
    private int at = -1;

    public KeyValuePair<string, StringValues> Current => copy[at];

    object IEnumerator.Current => Current;

    /// <summary>Takes the headers of a request on.</summary>
    public void Begin(IHeaderDictionary headers)
    {
        sent = headers;
        count = headers.Count;
        if (count > copy.Length)
        {
            copy = new KeyValuePair<string, StringValues>[count];
        }

        headers.CopyTo(copy, 0);
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            if (Show(copy[i]) is { } shown)
            {
                copy[kept++] = shown;
            }
        }

        Array.Clear(copy, kept, count - kept);
        count = kept;
    }

    /// <summary>Forgets them.</summary>
    public void End()
    {
        Array.Clear(copy, 0, count);
        (sent, count, at) = (null!, 0, -1);
    }

    public IEnumerator<KeyValuePair<string, StringValues>> GetEnumerator()
    {
        at = -1;
        return this;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool MoveNext() => ++at < count;

    public void Reset() => at = -1;

    public void Dispose()
    {
        // It is used again.
    }

    private static KeyValuePair<string, StringValues>? Show(KeyValuePair<string, StringValues> header) => (header.Key[0] | 0x20) switch
    {
        'a' when Is(header, "Authorization") => IsBearer(header.Value) ? null : header,
        'c' when Is(header, "Cookie") => ShowCookies(header),
        'h' when Is(header, "Host") => null, // the transformer sets it
        't' when Is(header, "traceparent") => null,
        'x' when Is(header, WireProtocol.IdentityHeader) => null, // the edge has removed it: this makes sure
        _ => header,
    };

    private static KeyValuePair<string, StringValues>? ShowCookies(KeyValuePair<string, StringValues> header)
    {
        var kept = GatewayCookies.Strip(header.Value);
        return kept.Count == 1 && kept[0]!.Length == 0 ? null
            : kept.Count == 1 ? new(header.Key, kept)
            : new(header.Key, string.Join("; ", (IEnumerable<string?>)kept));
    }

    private static bool IsBearer(StringValues values) => values is [{ } value] && value.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase);

    private static bool Is(KeyValuePair<string, StringValues> header, string name) => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase);

    // --- By name: as sent --------------------------------------------------------------------------------------------
    public long? ContentLength { get => sent.ContentLength; set => sent.ContentLength = value; }

    public ICollection<string> Keys => sent.Keys;

    public ICollection<StringValues> Values => sent.Values;

    public int Count => count;

    public bool IsReadOnly => sent.IsReadOnly;

    public StringValues this[string key] { get => sent[key]; set => sent[key] = value; }

    public void Add(string key, StringValues value) => sent.Append(key, value);

    public void Add(KeyValuePair<string, StringValues> item) => sent.Append(item.Key, item.Value);

    public void Clear() => sent.Clear();

    public bool Contains(KeyValuePair<string, StringValues> item) => sent.Contains(item);

    public bool ContainsKey(string key) => sent.ContainsKey(key);

    public void CopyTo(KeyValuePair<string, StringValues>[] array, int arrayIndex) => sent.CopyTo(array, arrayIndex);

    public bool Remove(string key) => sent.Remove(key);

    public bool Remove(KeyValuePair<string, StringValues> item) => sent.Remove(item);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out StringValues value) => sent.TryGetValue(key, out value);
}
