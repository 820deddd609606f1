namespace TenantKit.Admin.SignIn;

/// <summary>Too many passwords wait for being hashed.</summary>
internal sealed class PasswordWorkFullException() : Exception("Too many passwords wait for being hashed.");
