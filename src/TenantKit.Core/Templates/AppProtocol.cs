namespace TenantKit.Templates;

/// <summary>The version of HTTP that an app speaks on its port.</summary>
public enum AppProtocol
{
    /// <summary>HTTP/1.1.</summary>
    Http1,

    /// <summary>HTTP/2 without TLS, begun by its preface ("prior knowledge"); gRPC needs it.</summary>
    Http2,
}
