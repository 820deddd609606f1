using Microsoft.AspNetCore.Identity;
using TenantKit.Admin.SignIn;

namespace TenantKit.Admin.Users;

/// <summary>Checks the values of a user that come from outside.</summary>
internal sealed class UserValues(UserManager<TenantKitUser> manager, PasswordWork passwords)
{
    private const int MaxEmailLength = 254;

    /// <summary>Adds what is wrong with an address.</summary>
    public static void CheckEmail(string? email, Dictionary<string, string[]> errors)
    {
        if (string.IsNullOrEmpty(email))
        {
            return;
        }

        var at = email.IndexOf('@', StringComparison.Ordinal);
        if (at < 1 || at == email.Length - 1 || email.Length > MaxEmailLength || email.IndexOf('@', at + 1) >= 0
            || email.Any(static letter => char.IsControl(letter) || char.IsWhiteSpace(letter)))
        {
            errors["email"] = ["An e-mail address looks like name@example.com and has at most 254 characters."];
        }
    }

    /// <summary>Adds what any of the host's password validators finds wrong.</summary>
    public async Task CheckPasswordAsync(TenantKitUser user, string password, Dictionary<string, string[]> errors)
    {
        var problems = new List<string>();
        foreach (var validator in manager.PasswordValidators)
        {
            var result = await validator.ValidateAsync(manager, user, password).ConfigureAwait(false);
            problems.AddRange(result.Errors.Select(static error => error.Description));
        }

        if (problems.Count > 0)
        {
            errors["password"] = [.. problems];
        }
    }

    public Task<string> HashAsync(TenantKitUser user, string password, CancellationToken cancellationToken) =>
        passwords.HashAsync(user, password, cancellationToken);
}
