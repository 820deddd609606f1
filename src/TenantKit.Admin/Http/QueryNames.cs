namespace TenantKit.Admin.Http;

/// <summary>Metadata of an endpoint: the query parameters it knows. Others are refused, and the API description lists them.</summary>
internal sealed class QueryNames(params string[] names)
{
    public static readonly string[] Paging = ["limit", "cursor"];

    public IReadOnlyList<string> Names { get; } = names;
}
