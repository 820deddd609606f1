using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Templates;

namespace TenantKit.Admin.Templates;

/// <summary>How requests are brought to the app.</summary>
internal sealed record HttpBody
{
    [JsonConverter(typeof(CamelCaseEnum<AppProtocol>))]
    public AppProtocol Protocol { get; init; } = AppProtocol.Http1;

    public HttpSettings ToSettings() => new() { Protocol = Protocol };

    public static HttpBody Of(HttpSettings http) => new() { Protocol = http.Protocol };
}
