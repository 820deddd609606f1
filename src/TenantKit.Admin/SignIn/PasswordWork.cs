using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TenantKit.Admin.Http;
using TenantKit.Admin.Users;

namespace TenantKit.Admin.SignIn;

/// <summary>Hashes and checks passwords, few at a time: hashing is costly on purpose and must not starve everything else.</summary>
internal sealed class PasswordWork : IDisposable
{
    private readonly IServiceScopeFactory scopes;
    private readonly SemaphoreSlim slots;
    private readonly int maxWaiting;
    private readonly Lazy<string> dummyHash;
    private int waiting;

    public PasswordWork(IServiceScopeFactory scopes, IOptions<TenantAdminOptions> options)
    {
        this.scopes = scopes;
        slots = new SemaphoreSlim(options.Value.MaxConcurrentHashes);
        maxWaiting = options.Value.MaxWaitingHashes;
        dummyHash = new Lazy<string>(() => WithHasher(hasher => hasher.HashPassword(new TenantKitUser(), GeneratedPassword.Create())));
    }

    public Task<string> HashAsync(TenantKitUser user, string password, CancellationToken cancellationToken) =>
        RunAsync(hasher => hasher.HashPassword(user, NormalText.Of(password)), cancellationToken);

    /// <summary>Checks a password. A user that is unknown or has no password costs the same work and fails.</summary>
    public Task<PasswordVerificationResult> VerifyAsync(TenantKitUser? user, string password, CancellationToken cancellationToken) =>
        RunAsync(
            hasher =>
            {
                var result = hasher.VerifyHashedPassword(user ?? new TenantKitUser(), user?.PasswordHash ?? dummyHash.Value, NormalText.Of(password));
                return user?.PasswordHash is null ? PasswordVerificationResult.Failed : result;
            },
            cancellationToken);

    public void Dispose() => slots.Dispose();

    private async Task<T> RunAsync<T>(Func<IPasswordHasher<TenantKitUser>, T> work, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref waiting) > maxWaiting + slots.CurrentCount)
        {
            Interlocked.Decrement(ref waiting);
            throw new PasswordWorkFullException();
        }

        try
        {
            await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }

        try
        {
            return await Task.Run(() => WithHasher(work), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            slots.Release();
        }
    }

    private T WithHasher<T>(Func<IPasswordHasher<TenantKitUser>, T> work)
    {
        using var scope = scopes.CreateScope();
        return work(scope.ServiceProvider.GetRequiredService<IPasswordHasher<TenantKitUser>>());
    }
}
