namespace TenantKit.Storage.EntityFrameworkCore.Sessions;

/// <summary>What a session is for.</summary>
internal enum SessionUse
{
    /// <summary>Reads, many at a time.</summary>
    Read,

    /// <summary>Commits: the one writer of a store.</summary>
    Write,

    /// <summary>Changes of the schema.</summary>
    Migrate,
}
