using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace TenantKit.Kubernetes.Api;

/// <summary>One request to the API server.</summary>
internal sealed record ApiRequest(string Verb, ApiResource Resource, string? Namespace, string? Name)
{
    public string Query { get; init; } = "";

    public string? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public string Accept { get; init; } = "application/json";

    /// <summary>True when the answer is read as it comes.</summary>
    public bool IsStream { get; init; }

    /// <summary>True when sending it twice is the same as once: everything but a create, whose second answer would be that it exists.</summary>
    public bool IsIdempotent => Verb != "create";

    public HttpRequestMessage ToMessage(Uri root)
    {
        var path = Resource.Path(Namespace, Name);
        var message = new HttpRequestMessage(Method, new Uri(root, Query.Length == 0 ? path : $"{path}?{Query}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("Accept", Accept);
        if (Body is not null)
        {
            message.Content = new StringContent(Body, Encoding.UTF8);
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        }

        return message;
    }

    private HttpMethod Method => Verb switch
    {
        "create" => HttpMethod.Post,
        "patch" => HttpMethod.Patch,
        "update" => HttpMethod.Put,
        "delete" => HttpMethod.Delete,
        _ => HttpMethod.Get,
    };
}
