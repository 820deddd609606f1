using Microsoft.AspNetCore.Http;

namespace TenantKit.Gateway.Edge;

/// <summary>Which requests are gRPC.</summary>
internal static class GrpcRequest
{
    public const string ContentType = "application/grpc";

    /// <summary>True for <c>application/grpc</c> with or without a suffix such as <c>+proto</c>. gRPC-Web is ordinary HTTP and not meant.</summary>
    public static bool Is(HttpRequest request) =>
        request.ContentType is { } type && type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (type.Length == ContentType.Length || type[ContentType.Length] is '+' or ';' or ' ');
}
