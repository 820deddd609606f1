using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace TenantKit.Gateway.Edge;

/// <summary>Looks through headers without the enumerator that their interface would allocate.</summary>
internal static class HeaderScan
{
    /// <summary>Removes every header whose name is doomed.</summary>
    public static void Remove(IHeaderDictionary headers, Predicate<string> doomed)
    {
        var count = headers.Count;
        var copy = ArrayPool<KeyValuePair<string, StringValues>>.Shared.Rent(count);
        headers.CopyTo(copy, 0);
        for (var i = 0; i < count; i++)
        {
            if (doomed(copy[i].Key))
            {
                headers.Remove(copy[i].Key);
            }
        }

        ArrayPool<KeyValuePair<string, StringValues>>.Shared.Return(copy, clearArray: true);
    }
}
