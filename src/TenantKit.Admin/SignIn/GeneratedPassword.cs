using System.Security.Cryptography;

namespace TenantKit.Admin.SignIn;

/// <summary>Passwords for people who were given none: 24 letters and digits without look-alikes, about 139 bits.</summary>
internal static class GeneratedPassword
{
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    public static string Create() => RandomNumberGenerator.GetString(Alphabet, 24);
}
