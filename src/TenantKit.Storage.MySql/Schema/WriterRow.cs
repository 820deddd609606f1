namespace TenantKit.Storage.MySql.Schema;

/// <summary>The last commit of one writer, written in the same transaction: by it a commit whose answer was lost is recognised.</summary>
internal sealed class WriterRow
{
    /// <summary>The writer: a process, or one life of a store in it.</summary>
    public required string Id { get; init; }

    /// <summary>Number of its last commit.</summary>
    public long Sequence { get; init; }

    /// <summary>When that was (UTC ticks, the writer's clock): only to remove the rows of writers that are long gone.</summary>
    public long At { get; init; }
}
