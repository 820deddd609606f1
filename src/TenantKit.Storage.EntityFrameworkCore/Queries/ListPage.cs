namespace TenantKit.Storage.EntityFrameworkCore.Queries;

/// <summary>Makes a page of one row more than it holds: that row tells whether there is a next page.</summary>
internal static class ListPage
{
    public static Page<T> Cut<T>(List<T> rows, PageRequest page, Func<T, string> position)
    {
        if (rows.Count <= page.Limit)
        {
            return new Page<T>(rows, null);
        }

        rows.RemoveAt(page.Limit);
        return new Page<T>(rows, position(rows[^1]));
    }
}
