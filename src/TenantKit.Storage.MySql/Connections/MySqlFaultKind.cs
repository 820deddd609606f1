namespace TenantKit.Storage.MySql.Connections;

/// <summary>What an error means, and so what follows from it.</summary>
internal enum MySqlFaultKind
{
    /// <summary>The statement itself is wrong, or a unique value is in use.</summary>
    Statement,

    /// <summary>A deadlock, or a lock that was waited for in vain: the same again, soon.</summary>
    Busy,

    /// <summary>The server cannot be reached, goes away or is gone.</summary>
    Connection,

    /// <summary>No connection is free.</summary>
    TooManyConnections,

    /// <summary>The server is a replica, or is being made one.</summary>
    ReadOnly,

    /// <summary>No space is left.</summary>
    Full,

    /// <summary>The user may not do it.</summary>
    Denied,

    /// <summary>A table, column or the whole database is missing.</summary>
    NoSchema,

    /// <summary>The answer did not come in time.</summary>
    Slow,

    /// <summary>The server takes no packet of that size.</summary>
    TooLarge,

    /// <summary>Anything else.</summary>
    Other,
}
