using Microsoft.AspNetCore.Identity;
using TenantKit.Admin.Http;

namespace TenantKit.Admin.Users;

/// <summary>Identity's errors in the API's words.</summary>
internal static class IdentityErrors
{
    public static bool IsConcurrency(IdentityResult result) =>
        result.Errors.Any(static error => error.Code == nameof(IdentityErrorDescriber.ConcurrencyFailure));

    public static ApiException ToProblem(IdentityResult result)
    {
        if (result.Errors.Any(static error => error.Code == nameof(IdentityErrorDescriber.DuplicateUserName)))
        {
            return NameTaken();
        }

        return ApiException.Invalid(result.Errors.GroupBy(static error => FieldOf(error.Code)).ToDictionary(
            static group => group.Key,
            static group => group.Select(static error => error.Description).ToArray()));
    }

    public static ApiException NameTaken() =>
        ApiException.Conflict("user_name_taken", "A user of that name exists (upper and lower case are the same). Choose another name.");

    private static string FieldOf(string code) => code switch
    {
        _ when code.Contains("Password", StringComparison.Ordinal) => "password",
        _ when code.Contains("Email", StringComparison.Ordinal) => "email",
        _ when code.Contains("Role", StringComparison.Ordinal) => "role",
        _ => "userName",
    };
}
