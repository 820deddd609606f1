using System.Net;
using TenantKit.Kubernetes.Api;

namespace TenantKit.Kubernetes.Units;

/// <summary>
/// What was just said about quota and limits is not yet what the API server admits by: a controller counts first, and the server's own view of
/// them follows. That passes within moments.
/// </summary>
internal static class QuotaPatience
{
    private const int Tries = 7;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(25);

    /// <param name="call">What is asked of the server.</param>
    /// <param name="areNew">True when quota and limits were changed a moment ago: then a refusal by the old ones is waited out too.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public static async Task<T> RunAsync<T>(Func<Task<T>> call, bool areNew, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (ApiException exception) when (exception.Is(HttpStatusCode.Forbidden) && attempt < Tries && (IsUncounted(exception) || (areNew && IsOfOldLimits(exception))))
            {
                await Task.Delay(FirstWait * Math.Pow(2, attempt - 1), time, cancellationToken);
            }
        }
    }

    /// <summary>True for a refusal because the quota is used up.</summary>
    public static bool IsExceeded(ApiException exception) =>
        exception.Is(HttpStatusCode.Forbidden) && exception.Message.Contains("exceeded quota", StringComparison.Ordinal);

    private static bool IsUncounted(ApiException exception) => exception.Message.Contains("status unknown for quota", StringComparison.Ordinal);

    private static bool IsOfOldLimits(ApiException exception) =>
        IsExceeded(exception) || exception.Message.Contains(" usage per ", StringComparison.Ordinal);
}
