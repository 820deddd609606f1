using System.Net;
using TenantKit.Kubernetes.Api;

namespace TenantKit.Kubernetes.Units;

/// <summary>A quota that was just made admits nothing until its controller has counted what there is; that passes within moments.</summary>
internal static class QuotaPatience
{
    private const int Tries = 7;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(25);

    public static async Task<T> RunAsync<T>(Func<Task<T>> call, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (ApiException exception) when (exception.Is(HttpStatusCode.Forbidden) && exception.Message.Contains("status unknown for quota", StringComparison.Ordinal) && attempt < Tries)
            {
                await Task.Delay(FirstWait * Math.Pow(2, attempt - 1), time, cancellationToken);
            }
        }
    }
}
