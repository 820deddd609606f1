using Microsoft.AspNetCore.Http;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>What can be made to go wrong.</summary>
internal sealed class EmulatedFaults
{
    private CancellationTokenSource cut = new();

    /// <summary>Asked before each request: throw to refuse it.</summary>
    public Func<string, ApiPath, Task>? Before { get; set; }

    /// <summary>Asked after each effect: true to lose the answer.</summary>
    public Func<string, ApiPath, bool>? LosesAnswer { get; set; }

    /// <summary>Asked of each creation between admission and the store: true to end it there.</summary>
    public Func<ApiPath, bool>? EndsBeforeTheStore { get; set; }

    /// <summary>True while watches stay open and tell nothing.</summary>
    public bool FreezesWatches { get; set; }

    /// <summary>Ends with the open streams.</summary>
    public CancellationToken Cut => cut.Token;

    /// <summary>Drops all open streams, as a restart of the server does.</summary>
    public void CutAll() => Interlocked.Exchange(ref cut, new CancellationTokenSource()).Cancel();

    public Task BeforeAsync(HttpContext context, string verb, ApiPath path) => Before?.Invoke(verb, path) ?? Task.CompletedTask;

    public void After(HttpContext context, string verb, ApiPath path)
    {
        if (LosesAnswer?.Invoke(verb, path) == true)
        {
            context.Abort();
            throw new OperationCanceledException();
        }
    }
}
