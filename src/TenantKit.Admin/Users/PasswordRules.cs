using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace TenantKit.Admin.Users;

/// <summary>Length counts, composition does not: no rules about digits or signs, but no well-known password and not the user's name.</summary>
internal sealed class PasswordRules(IOptions<TenantAdminOptions> options) : IPasswordValidator<TenantKitUser>
{
    public const int MaxLength = 128;

    public Task<IdentityResult> ValidateAsync(UserManager<TenantKitUser> manager, TenantKitUser user, string? password) =>
        Task.FromResult(Validate(user.UserName, password) is { } problem
            ? IdentityResult.Failed(new IdentityError { Code = "PasswordRefused", Description = problem })
            : IdentityResult.Success);

    private string? Validate(string userName, string? password)
    {
        var minLength = options.Value.PasswordMinLength;
        if (password is null || password.Length < minLength || password.Length > MaxLength)
        {
            return $"A password has {minLength} to {MaxLength} characters. Leave it out to have one generated.";
        }

        if (string.Equals(password, userName, StringComparison.OrdinalIgnoreCase))
        {
            return "The password must not be the user name.";
        }

        return CommonPasswords.Contains(password) ? "This password is one of the most used ones. Choose another." : null;
    }
}
