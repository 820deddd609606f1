using System.ComponentModel.DataAnnotations;

namespace TenantKit.Gateway;

/// <summary>
/// Validates options of a type once in the process before anybody else does. A <see cref="RangeAttribute"/> of times reads its bounds when it is first
/// used, which is not thread-safe (.NET 10), and a type's attributes are shared: two hosts that start at the same time could fail.
/// </summary>
/// <typeparam name="TOptions">The type.</typeparam>
internal static class FirstValidation<TOptions>
    where TOptions : new()
{
    private static readonly Lazy<bool> Done = new(static () =>
    {
        var options = new TOptions();
        return Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true);
    });

    /// <summary>Returns when it is done, by whichever thread. Thread-safe.</summary>
    public static void Ensure() => _ = Done.Value;
}
