namespace TenantKit.Samples.AllInOne.Starting;

/// <summary>Runs the admin host and the gateway host in one process until it is told to stop.</summary>
internal static class HostPair
{
    public static async Task RunAsync(WebApplication admin, WebApplication gateway)
    {
        using var signal = new StopSignal();
        try
        {
            await admin.StartAsync(signal.Token);
            await gateway.StartAsync(signal.Token);
            Greeting.Print(admin, gateway);
            await AnyStopAsync(signal.Token, admin.Lifetime.ApplicationStopping, gateway.Lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException) when (signal.Token.IsCancellationRequested)
        {
            // Told to stop while it was starting.
        }
        finally
        {
            // The gateway first: requests in flight finish while their tenants still run. The tenants' processes go with the admin host.
            await gateway.StopAsync();
            await admin.StopAsync();
        }
    }

    private static async Task AnyStopAsync(params CancellationToken[] tokens)
    {
        using var any = CancellationTokenSource.CreateLinkedTokenSource(tokens);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (any.Token.Register(stopped.SetResult))
        {
            await stopped.Task;
        }
    }
}
