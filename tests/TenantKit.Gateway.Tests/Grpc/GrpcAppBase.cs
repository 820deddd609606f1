using Grpc.Core;

namespace TenantKit.Gateway.Tests.Grpc;

/// <summary>What a generator would make of the service's description.</summary>
[BindServiceMethod(typeof(GrpcAppBase), nameof(Bind))]
internal abstract class GrpcAppBase
{
    public abstract Task<string> Unary(string request, ServerCallContext context);

    public abstract Task Down(string request, IServerStreamWriter<string> answers, ServerCallContext context);

    public abstract Task<string> Up(IAsyncStreamReader<string> requests, ServerCallContext context);

    public abstract Task Both(IAsyncStreamReader<string> requests, IServerStreamWriter<string> answers, ServerCallContext context);

    public static void Bind(ServiceBinderBase binder, GrpcAppBase? service)
    {
        binder.AddMethod(GrpcMethods.Unary, service is null ? null! : new UnaryServerMethod<string, string>(service.Unary));
        binder.AddMethod(GrpcMethods.Down, service is null ? null! : new ServerStreamingServerMethod<string, string>(service.Down));
        binder.AddMethod(GrpcMethods.Up, service is null ? null! : new ClientStreamingServerMethod<string, string>(service.Up));
        binder.AddMethod(GrpcMethods.Both, service is null ? null! : new DuplexStreamingServerMethod<string, string>(service.Both));
    }
}
