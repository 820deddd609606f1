using System.Net;
using System.Net.Sockets;
using Docker.DotNet;
using TenantKit.Docker.Engine;
using TenantKit.Tenants;

namespace TenantKit.Docker.Tests.Engine;

public sealed class EngineErrorsTests
{
    [Theory]
    [InlineData(404, "No such image: business-app:latest", StatusReasons.ImageNotFound, false)]
    [InlineData(404, "pull access denied for business-app, repository does not exist", StatusReasons.ImageNotFound, false)]
    [InlineData(404, "network user-1 not found", StatusReasons.OrchestratorUnavailable, true)]
    [InlineData(400, "OCI runtime create failed: exec: \\\"nope\\\": executable file not found in $PATH: unknown", StatusReasons.CommandNotFound, false)]
    [InlineData(500, "exec format error", StatusReasons.CommandNotFound, false)]
    [InlineData(400, "invalid reference format", StatusReasons.OrchestratorUnavailable, false)]
    [InlineData(400, "network user-1 is ambiguous (2 matches found on name)", StatusReasons.OrchestratorUnavailable, true)]
    [InlineData(409, "Conflict. The container name is already in use by container 1", StatusReasons.NameConflict, true)]
    [InlineData(500, "could not find an available, non-overlapping IPv4 address pool", StatusReasons.CapacityExhausted, true)]
    [InlineData(500, "write /var/lib/docker: no space left on device", StatusReasons.CapacityExhausted, true)]
    [InlineData(500, "something else", StatusReasons.OrchestratorUnavailable, true)]
    [InlineData(503, "This node is not a swarm manager", StatusReasons.OrchestratorUnavailable, true)]
    public void Explain_AnswerOfTheEngine_SaysReasonAndWhetherItPasses(int status, string message, string reason, bool isTransient)
    {
        var explained = EngineErrors.Explain("Starting 'user-1'", new DockerApiException((HttpStatusCode)status, $"{{\"message\":\"{message}\"}}"));

        Assert.Equal((reason, isTransient), (explained.Reason, explained.IsTransient));
        Assert.StartsWith("Starting 'user-1': ", explained.Message, StringComparison.Ordinal);
        Assert.Contains(message, explained.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_NoAnswer_IsUnknownAndSaysWhatToDo()
    {
        var explained = EngineErrors.Explain("Looking", new HttpRequestException("Connection refused", new SocketException()));

        Assert.Equal((StatusReasons.OrchestratorUnavailable, true), (explained.Reason, explained.IsTransient));
        Assert.Contains("TenantKit:Docker:Endpoint", explained.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Pool overlaps with other one on this address space", true)]
    [InlineData("networks have overlapping IPv4: conflicts with network abc", true)]
    [InlineData("no such network", false)]
    public void IsOverlap_TakenRange_IsSeen(string message, bool expected) =>
        Assert.Equal(expected, EngineErrors.IsOverlap(new DockerApiException(HttpStatusCode.Forbidden, message)));
}
