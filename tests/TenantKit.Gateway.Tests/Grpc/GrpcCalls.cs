namespace TenantKit.Gateway.Tests.Grpc;

/// <summary>What an app's gRPC service saw, and when it may go on.</summary>
internal sealed class GrpcCalls
{
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Started => started.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public Task Cancelled => cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public DateTime Deadline { get; set; }

    public string? Identity { get; set; }

    public void Release() => released.TrySetResult();

    public async Task WaitAsync(CancellationToken callCancelled)
    {
        started.TrySetResult();
        try
        {
            await released.Task.WaitAsync(callCancelled);
        }
        catch (OperationCanceledException)
        {
            cancelled.TrySetResult();
            throw;
        }
    }
}
