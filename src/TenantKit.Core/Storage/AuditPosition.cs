using System.Globalization;

namespace TenantKit.Storage;

/// <summary>The position of an entry in the audit log, as <see cref="PageRequest.After"/> carries it.</summary>
public static class AuditPosition
{
    /// <summary>Reads a position.</summary>
    /// <param name="after">What the page before gave; null for the first page.</param>
    /// <returns>The position; the largest number for the first page, as the newest entry comes first.</returns>
    /// <exception cref="ArgumentException">It is not a position of the audit log.</exception>
    public static long Parse(string? after)
    {
        if (after is null)
        {
            return long.MaxValue;
        }

        return long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw new ArgumentException($"'{after}' is not a position of the audit log. Give what the page before gave, or nothing.", nameof(after));
    }
}
