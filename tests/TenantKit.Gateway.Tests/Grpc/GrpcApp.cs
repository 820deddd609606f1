using System.Globalization;
using Grpc.Core;
using TenantKit.Control;

namespace TenantKit.Gateway.Tests.Grpc;

/// <summary>A tenant's gRPC service.</summary>
internal sealed class GrpcApp(GrpcCalls calls) : GrpcAppBase
{
    public override async Task<string> Unary(string request, ServerCallContext context)
    {
        calls.Deadline = context.Deadline;
        calls.Identity = context.RequestHeaders.GetValue(WireProtocol.IdentityHeader);
        switch (request)
        {
            case "refuse":
                throw new RpcException(new Status(StatusCode.FailedPrecondition, "not now, 100 %"), new Metadata { { "reason", "because" } });
            case "hang":
                await calls.WaitAsync(context.CancellationToken);
                break;
        }

        context.ResponseTrailers.Add("after", "all");
        context.ResponseTrailers.Add("x-tenantkit-identity", "forged");
        return request;
    }

    public override async Task Down(string request, IServerStreamWriter<string> answers, ServerCallContext context)
    {
        if (request == "silent")
        {
            await calls.WaitAsync(context.CancellationToken);
        }

        for (var i = 0; i < 3; i++)
        {
            await answers.WriteAsync(i.ToString(CultureInfo.InvariantCulture), context.CancellationToken);
        }
    }

    public override async Task<string> Up(IAsyncStreamReader<string> requests, ServerCallContext context)
    {
        var all = string.Empty;
        await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
        {
            all += request;
        }

        return all;
    }

    public override async Task Both(IAsyncStreamReader<string> requests, IServerStreamWriter<string> answers, ServerCallContext context)
    {
        _ = calls.WaitAsync(context.CancellationToken);
        await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
        {
            await answers.WriteAsync(request, context.CancellationToken);
        }
    }
}
