using Microsoft.AspNetCore.Http;
using TenantKit.Gateway.Health;
using TenantKit.Routing;
using TenantKit.Simulation.Invariants;
using TenantKit.Simulation.Workload;
using TenantKit.Testing.Virtual;
using Yarp.ReverseProxy.Forwarder;

namespace TenantKit.Simulation.Parts;

/// <summary>Stands for YARP's forwarder and the connections below it: connects by the instance's id, proves it, sends once.</summary>
internal sealed class Forwarder(Cluster cluster, GatewayPart gateway, VirtualNode node, SeededRandom random) : IHttpForwarder
{
    /// <summary>Under which key the request travels in the context.</summary>
    public const string RequestKey = "simulated";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);
    private readonly Dictionary<InstanceSlot, App> pooled = [];
    private long deliveries;

    public ValueTask<ForwarderError> SendAsync(
        HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig, HttpTransformer transformer) =>
        SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, CancellationToken.None);

    public async ValueTask<ForwarderError> SendAsync(
        HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig, HttpTransformer transformer, CancellationToken cancellationToken)
    {
        var request = (SimulatedRequest)context.Items[RequestKey]!;
        var instanceId = destinationPrefix["http://".Length..];
        var tenantId = gateway.Fleets.TryGetInstance(instanceId, out var routed) ? routed.TenantId : string.Empty;
        CheckMark(request, tenantId, instanceId);
        gateway.Forwarded(tenantId);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.RequestAborted);
        try
        {
            var app = await ConnectAsync(instanceId, either.Token);
            context.Response.StatusCode = await DeliverAsync(request, app, tenantId, either.Token);
            using var head = new HttpResponseMessage((System.Net.HttpStatusCode)context.Response.StatusCode);
            await transformer.TransformResponseAsync(context, head, either.Token);
            return ForwarderError.None;
        }
        catch (OperationCanceledException)
        {
            return Fail(context, context.RequestAborted.IsCancellationRequested ? ForwarderError.RequestCanceled : ForwarderError.RequestTimedOut, null);
        }
        catch (HttpRequestException exception)
        {
            return Fail(context, ForwarderError.Request, exception);
        }
    }

    /// <summary>No request goes to an instance that this gateway knows to be withdrawn.</summary>
    private void CheckMark(SimulatedRequest request, string tenantId, string instanceId)
    {
        var found = gateway.Registry.TryGetById(tenantId, out var route);
        var instance = route?.Instances.FirstOrDefault(each => each.InstanceId == instanceId);
        cluster.Check(
            found && route!.State == RouteState.Active && instance is { Draining: false },
            Rules.DrainMark,
            $"{gateway.Name} sends {request} to {instanceId}, which its table has as {route?.State} {(instance?.Draining == true ? "draining" : string.Empty)}");
    }

    private async Task<App> ConnectAsync(string instanceId, CancellationToken cancellationToken)
    {
        if (!gateway.Fleets.TryGetInstance(instanceId, out var slot))
        {
            throw Refused("The instance has left its route.");
        }

        if (pooled.TryGetValue(slot, out var known) && known.IsRunning && random.Chance(0.9))
        {
            return known;
        }

        App? reached;
        try
        {
            reached = await cluster.Network.CallAsync(
                node, cluster.Runtime.Node, () => Task.FromResult(cluster.Runtime.At(slot.Endpoint.ToString())), static () => new TimeoutException(), ConnectTimeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw Refused("No answer to the connection.");
        }

        if (reached is null)
        {
            throw Refused("Nobody listens.");
        }

        ProbeResult proof;
        try
        {
            proof = await slot.Proof!.AskAsync().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Refused("The instance left its route.");
        }

        if (!cluster.Mutant.SkipsProof && !proof.Passed)
        {
            throw Refused("Whoever answers is not the instance.");
        }

        return pooled[slot] = reached;
    }

    private async Task<int> DeliverAsync(SimulatedRequest request, App app, string tenantId, CancellationToken cancellationToken)
    {
        request.Sent++;
        var there = cluster.Network.Carry(node, cluster.Runtime.Node);
        var answered = new TaskCompletionSource<int>();
        if (there is { } delay)
        {
            cluster.Runtime.Node.Post(() => _ = ArriveAsync(request, app, tenantId, answered), delay);
        }

        using var cancelling = cancellationToken.Register(() => answered.TrySetCanceled(cancellationToken));
        try
        {
            return await AnswerAsync(app, answered);
        }
        finally
        {
            // Whether answered, timed out or given up: nobody waits for it any more.
            app.Forget(request);
        }
    }

    private static async Task<int> AnswerAsync(App app, TaskCompletionSource<int> answered)
    {
        var first = await Task.WhenAny(answered.Task, app.Ended);
        return first == answered.Task
            ? await answered.Task
            : throw new HttpRequestException(HttpRequestError.ResponseEnded, "The connection was reset.");
    }

    private async Task ArriveAsync(SimulatedRequest request, App app, string tenantId, TaskCompletionSource<int> answered)
    {
        if (!app.IsRunning || answered.Task.IsCompleted)
        {
            return;
        }

        request.Deliveries++;
        cluster.Note($"{request} delivered to {app.Id} by {gateway.Name}");
        request.ServedBy = app.TenantId;
        cluster.Check(
            app.TenantId == tenantId && (request.IsAdministrator || request.PrincipalId == "user-of-" + tenantId), Rules.RightTenant, $"{request} came to {app.Id} of tenant {app.TenantId}");
        cluster.Check(
            request.Deliveries <= (request.Writes ? 1 : 2), Rules.Delivery, $"{request} was delivered {request.Deliveries} times");
        var delivery = new Delivery(++deliveries, request, gateway, gateway.Life, cluster.World.Elapsed);
        var status = await app.HandleAsync(delivery);
        if (app.IsRunning && cluster.Network.Carry(cluster.Runtime.Node, node) is { } back)
        {
            node.Post(() => answered.TrySetResult(status), back);
        }
    }

    private static HttpRequestException Refused(string why) => new(HttpRequestError.ConnectionError, why);

    private static ForwarderError Fail(HttpContext context, ForwarderError error, Exception? exception)
    {
        context.Features.Set<IForwarderErrorFeature>(new ErrorFeature(error, exception));
        context.Response.StatusCode = StatusCodes.Status502BadGateway;
        return error;
    }

    private sealed record ErrorFeature(ForwarderError Error, Exception? Exception) : IForwarderErrorFeature;
}
