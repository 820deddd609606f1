namespace TenantKit.Admin.SignIn;

/// <summary>What became of the first administrator at this start, for the host to tell the person who started it.</summary>
/// <remarks>A singleton, filled once the host has started. Thread-safe.</remarks>
public sealed class BootstrapResult
{
    private string? password;

    /// <summary>Login name of the administrator that was created at this start; null when there was one already.</summary>
    public string? CreatedUserName { get; private set; }

    /// <summary>Hands out the generated password, once.</summary>
    /// <returns>The password; null when none was generated or it was taken before.</returns>
    public string? TakePassword() => Interlocked.Exchange(ref password, null);

    internal void Set(string userName, string? generatedPassword)
    {
        CreatedUserName = userName;
        password = generatedPassword;
    }
}
