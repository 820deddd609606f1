using k8s.Models;

namespace TenantKit.Kubernetes.Manifests;

/// <summary>
/// Asks every second until a container answers first, so that a start that has just missed a probe does not wait for the next of those that watch one
/// that runs. It never ends a start: how long that may take is for the control loop to say.
/// </summary>
internal static class StartupProbe
{
    private const int SecondsOfADay = 86_400;

    /// <param name="readiness">What is asked from then on.</param>
    public static V1Probe Before(V1Probe readiness) => new()
    {
        TcpSocket = readiness.TcpSocket,
        HttpGet = readiness.HttpGet,
        PeriodSeconds = 1,
        TimeoutSeconds = readiness.TimeoutSeconds,
        FailureThreshold = SecondsOfADay,
    };
}
