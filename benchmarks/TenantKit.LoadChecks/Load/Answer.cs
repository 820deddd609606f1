namespace TenantKit.LoadChecks.Load;

/// <summary>An answer as it came.</summary>
/// <param name="Status">The status code.</param>
/// <param name="RetryAfter">Seconds in <c>Retry-After</c>; null when there is none.</param>
/// <param name="Body">The body as text.</param>
/// <param name="Closes">True when the connection cannot be used again.</param>
internal readonly record struct Answer(int Status, int? RetryAfter, string Body, bool Closes)
{
    /// <summary>True when the client is told to come again later: nothing was done.</summary>
    public bool IsRefusal => Status is 503 or 429 && RetryAfter > 0;

    /// <summary>The status and, of a problem, its code.</summary>
    public string Describe()
    {
        const string Mark = "\"code\":\"";
        var at = Body.IndexOf(Mark, StringComparison.Ordinal);
        return at < 0 ? $"{Status}" : $"{Status} {Body[(at + Mark.Length)..Body.IndexOf('"', at + Mark.Length)]}";
    }
}
