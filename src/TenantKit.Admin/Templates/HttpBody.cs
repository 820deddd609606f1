using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Templates;

namespace TenantKit.Admin.Templates;

/// <summary>How requests are brought to the app.</summary>
internal sealed record HttpBody
{
    [JsonConverter(typeof(CamelCaseEnum<AppProtocol>))]
    public AppProtocol Protocol { get; init; } = AppProtocol.Http1;

    public bool AllowEncodedSlash { get; init; }

    public bool AllowBodyOnGet { get; init; }

    public IReadOnlyList<string>? IdempotentPosts { get; init; }

    public HttpSettings ToSettings() => new()
    {
        Protocol = Protocol,
        AllowEncodedSlash = AllowEncodedSlash,
        AllowBodyOnGet = AllowBodyOnGet,
        IdempotentPosts = IdempotentPosts ?? [],
    };

    public static HttpBody Of(HttpSettings http) => new()
    {
        Protocol = http.Protocol,
        AllowEncodedSlash = http.AllowEncodedSlash,
        AllowBodyOnGet = http.AllowBodyOnGet,
        IdempotentPosts = http.IdempotentPosts,
    };
}
