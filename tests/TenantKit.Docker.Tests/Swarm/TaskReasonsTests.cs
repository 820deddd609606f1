using Docker.DotNet.Models;
using TenantKit.Docker.Swarm;
using TenantKit.Tenants;

namespace TenantKit.Docker.Tests.Swarm;

public sealed class TaskReasonsTests
{
    [Theory]
    [InlineData(TaskState.Rejected, "No such image: business-app:1", StatusReasons.ImageNotFound)]
    [InlineData(TaskState.Pending, "no suitable node (scheduling constraints not satisfied on 1 node)", StatusReasons.Unschedulable)]
    [InlineData(TaskState.Pending, "no suitable node (insufficient resources on 3 nodes)", StatusReasons.Unschedulable)]
    [InlineData(TaskState.Failed, "starting container failed: OCI runtime create failed: exec: \"nope\": executable file not found in $PATH: unknown", StatusReasons.CommandNotFound)]
    [InlineData(TaskState.Failed, "task: non-zero exit (127)", StatusReasons.CommandNotFound)]
    [InlineData(TaskState.Failed, "task: non-zero exit (7)", StatusReasons.None)]
    [InlineData(TaskState.Rejected, "mkdir /var/lib/docker/volumes/x: no space left on device", StatusReasons.CapacityExhausted)]
    [InlineData(TaskState.Rejected, "invalid mount config", StatusReasons.Rejected)]
    [InlineData(TaskState.Orphaned, "node is down", StatusReasons.NodeLost)]
    public void Of_WhatTheSwarmSays_IsAReasonAndItsWords(TaskState state, string said, string reason) =>
        Assert.Equal((reason, said), TaskReasons.Of(state, said));

    [Fact]
    public void Of_RunningTask_IsNothing() => Assert.Equal((StatusReasons.None, null), TaskReasons.Of(TaskState.Running, ""));

    [Fact]
    public void Of_LongMessage_IsCut() => Assert.InRange(TaskReasons.Of(TaskState.Failed, new string('x', 9000)).Message!.Length, 100, 520);
}
