using System.Text.Unicode;

namespace TenantKit.Gateway.Edge;

/// <summary>Path and query exactly as they were sent.</summary>
/// <param name="Path">Begins with one slash, canonical, still percent-encoded.</param>
/// <param name="Query">Empty, or begins with a question mark.</param>
internal readonly record struct RequestTarget(string Path, string Query)
{
    /// <summary>Takes a raw target apart; false when it is not in origin form or not canonical.</summary>
    public static bool TryParse(string raw, out RequestTarget target)
    {
        target = default;
        if (raw.Length == 0 || raw[0] != '/' || raw.Contains('#', StringComparison.Ordinal))
        {
            return false;
        }

        var question = raw.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? raw : raw[..question];
        target = new RequestTarget(path, question < 0 ? string.Empty : raw[question..]);
        return IsCanonical(target.Meaning);
    }

    /// <summary>True when an encoded slash is in the path, which is for few apps only.</summary>
    public bool HasEncodedSlash => Path.Contains("%2f", StringComparison.OrdinalIgnoreCase);

    /// <summary>The path as a reader takes it to whom an encoded slash is a slash.</summary>
    public string Meaning => HasEncodedSlash ? Path.Replace("%2f", "/", StringComparison.OrdinalIgnoreCase) : Path;

    /// <summary>True for a path that every reader reads alike: no empty or dot segments, no backslash, no encoded delimiter or control, valid UTF-8.</summary>
    public static bool IsCanonical(ReadOnlySpan<char> path)
    {
        if (path.Length == 0 || path[0] != '/' || path.Contains("//", StringComparison.Ordinal) || path.ContainsAny('\\', '#', '?'))
        {
            return false;
        }

        foreach (var range in path.Split('/'))
        {
            if (path[range] is "." or "..")
            {
                return false;
            }
        }

        return !path.Contains('%') || AreEscapesPlain(path);
    }

    private static bool AreEscapesPlain(ReadOnlySpan<char> path)
    {
        Span<byte> decoded = path.Length <= 1024 ? stackalloc byte[path.Length] : new byte[path.Length];
        var length = 0;
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] != '%')
            {
                decoded[length++] = (byte)path[i];
                continue;
            }

            if (i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]))
            {
                return false;
            }

            var value = (byte)(Convert.FromHexString(path.Slice(i + 1, 2))[0]);
            if (value < 0x20 || value == 0x7F || "/\\.%#?;"u8.Contains(value))
            {
                return false;
            }

            decoded[length++] = value;
            i += 2;
        }

        return Utf8.IsValid(decoded[..length]);
    }
}
