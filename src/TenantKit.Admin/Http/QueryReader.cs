using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace TenantKit.Admin.Http;

/// <summary>Reads query parameters strictly: a wrong or unknown one is an error, never ignored.</summary>
internal sealed class QueryReader
{
    private readonly IQueryCollection query;

    private QueryReader(HttpContext context) => query = context.Request.Query;

    /// <summary>Opens the query of a request; unknown or repeated names are refused.</summary>
    public static QueryReader Open(HttpContext context)
    {
        var known = context.GetEndpoint()?.Metadata.GetMetadata<QueryNames>()?.Names ?? [];
        foreach (var (name, values) in context.Request.Query)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                var list = known.Count == 0 ? "None is known here." : $"Known ones: {string.Join(", ", known)}.";
                throw new ApiException(400, "unknown_parameter", $"The query parameter '{name}' is not known. {list}");
            }

            if (values.Count != 1)
            {
                throw ApiException.Invalid(name, $"The query parameter '{name}' may be given once only.");
            }
        }

        return new QueryReader(context);
    }

    public string? Text(string name) => query.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 } text ? text : null;

    public int? Number(string name, int min, int max)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw ApiException.Invalid(name, $"'{name}' must be a whole number from {min} to {max}.");
    }

    public bool Flag(string name) => Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw ApiException.Invalid(name, $"'{name}' must be true or false."),
    };

    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        // A '+' of an offset that was not escaped arrives as a space.
        return DateTimeOffset.TryParse(
                text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            && text.Contains('T', StringComparison.Ordinal)
            ? time
            : throw ApiException.Invalid(name, $"'{name}' must be a time as in 2026-01-31T12:00:00Z.");
    }

    public T? Choice<T>(string name)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (EnumText.Of(value) == text)
            {
                return value;
            }
        }

        throw ApiException.Invalid(name, $"'{name}' must be one of {string.Join(", ", Enum.GetValues<T>().Select(static value => EnumText.Of(value)))}.");
    }
}
