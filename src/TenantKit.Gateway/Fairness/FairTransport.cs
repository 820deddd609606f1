using System.IO.Pipelines;

namespace TenantKit.Gateway.Fairness;

/// <summary>A client's connection that gives way to the others after a number of reads, however much its client sends.</summary>
/// <param name="connection">The connection as the web server has it, before TLS.</param>
/// <param name="lane">Where it goes on then; null for the process's.</param>
internal sealed class FairTransport(IDuplexPipe connection, BulkLane? lane = null) : IDuplexPipe
{
    public PipeReader Input { get; } = new FairReader(connection.Input, lane ?? BulkLane.Shared);

    public PipeWriter Output { get; } = connection.Output;
}
