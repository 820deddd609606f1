using System.Text;
using Grpc.Core;

namespace TenantKit.Gateway.Tests.Grpc;

/// <summary>One method of each kind. Messages are text.</summary>
internal static class GrpcMethods
{
    public const string Service = "test.Echo";

    private static readonly Marshaller<string> Text = Marshallers.Create(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);

    public static Method<string, string> Unary { get; } = New(MethodType.Unary, nameof(Unary));

    public static Method<string, string> Down { get; } = New(MethodType.ServerStreaming, nameof(Down));

    public static Method<string, string> Up { get; } = New(MethodType.ClientStreaming, nameof(Up));

    public static Method<string, string> Both { get; } = New(MethodType.DuplexStreaming, nameof(Both));

    private static Method<string, string> New(MethodType type, string name) => new(type, Service, name, Text, Text);
}
