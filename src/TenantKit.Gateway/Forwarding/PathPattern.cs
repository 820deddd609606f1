namespace TenantKit.Gateway.Forwarding;

/// <summary>Matches a path against patterns: <c>*</c> is one segment, <c>**</c> at the end any rest.</summary>
internal static class PathPattern
{
    /// <summary>True when one of the patterns covers the whole path.</summary>
    public static bool MatchesAny(IReadOnlyList<string> patterns, string path)
    {
        for (var i = 0; i < patterns.Count; i++)
        {
            if (Matches(patterns[i], path))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> path)
    {
        while (true)
        {
            var wanted = Segment(ref pattern, out var last);
            var given = Segment(ref path, out var ended);
            if (wanted is "**")
            {
                return true;
            }

            if (wanted is "*" ? given.IsEmpty : !wanted.SequenceEqual(given))
            {
                return false;
            }

            if (last || ended)
            {
                return last && ended;
            }
        }
    }

    private static ReadOnlySpan<char> Segment(ref ReadOnlySpan<char> rest, out bool last)
    {
        var slash = rest.IndexOf('/');
        last = slash < 0;
        var segment = last ? rest : rest[..slash];
        rest = last ? [] : rest[(slash + 1)..];
        return segment;
    }
}
