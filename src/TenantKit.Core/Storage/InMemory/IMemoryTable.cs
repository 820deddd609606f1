namespace TenantKit.Storage.InMemory;

/// <summary>A table as a commit sees it.</summary>
internal interface IMemoryTable
{
    /// <summary>Checks and does one write; <paramref name="undo"/> gets what takes it back.</summary>
    void Apply(StoreWrite write, long revision, Stack<Action> undo);
}
