namespace TenantKit.Admin.Http;

/// <summary>
/// Metadata of an endpoint: the type of its body, for the API description. The framework's own would also take part in routing, so
/// that a body of another content type would miss the endpoint and its permission check.
/// </summary>
internal sealed record JsonBodyOf(Type BodyType)
{
    public static JsonBodyOf Type<T>() => new(typeof(T));
}
