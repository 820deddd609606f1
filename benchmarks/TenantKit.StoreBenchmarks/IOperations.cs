namespace TenantKit.StoreBenchmarks;

/// <summary>What is measured, once through the store and once by hand.</summary>
internal interface IOperations
{
    Task GetByIdAsync(int number);

    Task GetByNameAsync(int number);

    Task LoadStateAsync(int number);

    Task PageAsync(int number);

    Task ReadChangesAsync(int number);

    Task CreateAsync(string id);

    Task RenewLeaseAsync(int caller);

    Task RecordPassAsync(int caller);
}
