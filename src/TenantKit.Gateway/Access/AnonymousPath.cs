namespace TenantKit.Gateway.Access;

/// <summary>Matches a path against the prefixes that a template opens to everybody.</summary>
internal static class AnonymousPath
{
    /// <summary>True when a prefix covers whole segments of the path: <c>/public</c> covers <c>/public/a</c>, not <c>/publican</c>.</summary>
    public static bool Matches(IReadOnlyList<string> prefixes, string path)
    {
        for (var i = 0; i < prefixes.Count; i++)
        {
            var prefix = prefixes[i].AsSpan().TrimEnd('/');
            if (path.AsSpan().StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] == '/'))
            {
                return true;
            }
        }

        return false;
    }
}
