namespace TenantKit.Admin.Http;

/// <summary>Ends a request with a problem answer.</summary>
internal sealed class ApiException(
    int status, string code, string detail, IReadOnlyDictionary<string, string[]>? errors = null, TimeSpan? retryAfter = null)
    : Exception(detail)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public IReadOnlyDictionary<string, string[]>? Errors { get; } = errors;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    public static ApiException Invalid(string field, string problem) => Invalid(new Dictionary<string, string[]> { [field] = [problem] });

    public static ApiException Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(400, "validation_failed", string.Join(' ', errors.Values.SelectMany(static problems => problems)), errors);

    public static ApiException NotFound(string code, string detail) => new(404, code, detail);

    public static ApiException Conflict(string code, string detail) => new(409, code, detail);

    public static ApiException Stale() =>
        new(412, "revision_stale", "The resource was changed in the meantime. Read it again and repeat the change with its new ETag.");
}
