using System.Globalization;

namespace TenantKit.Samples.TenantApp.Answers;

/// <summary>Which page was asked for: rows after a key, so that nothing is skipped or repeated.</summary>
internal readonly record struct PageQuery(long After, int Limit)
{
    public static PageQuery Read(HttpRequest request)
    {
        var limit = 50;
        if (request.Query["limit"] is { Count: > 0 } size && (!int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > 500))
        {
            throw ProblemException.Invalid("limit", "The limit is a number from 1 to 500.");
        }

        var after = 0L;
        if (request.Query["cursor"] is { Count: > 0 } cursor && !long.TryParse(cursor, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out after))
        {
            throw ProblemException.Invalid("cursor", "The cursor is not one of this list: take it from nextCursor.");
        }

        return new PageQuery(after, limit);
    }

    /// <summary>Makes a page of one row more than asked for, which tells whether another page follows.</summary>
    public Page<TView> Cut<TRow, TView>(List<TRow> rows, Func<TRow, long> key, Func<TRow, TView> view)
    {
        var items = rows.Take(Limit).ToList();
        return new Page<TView>([.. items.Select(view)], rows.Count > Limit ? key(items[^1]).ToString("x", CultureInfo.InvariantCulture) : null);
    }
}
