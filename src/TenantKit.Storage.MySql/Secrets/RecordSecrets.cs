using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using TenantKit.Templates;

namespace TenantKit.Storage.MySql.Secrets;

/// <summary>
/// Encrypts, with Data Protection, the values of templates' environments and remembered answers, which may hold a first password. Passwords and
/// sessions need none: only their hashes are stored.
/// </summary>
internal sealed class RecordSecrets(Lazy<IDataProtectionProvider> keys) : IRecordSecrets
{
    /// <summary>Tells what is encrypted from what was written before, or by hand.</summary>
    private const string Mark = "tkp1:";

    private readonly Lazy<IDataProtector> environment = new(() => keys.Value.CreateProtector("TenantKit.Template.Environment"));
    private readonly Lazy<IDataProtector> answers = new(() => keys.Value.CreateProtector("TenantKit.IdempotencyRecord.Body"));

    public IStoreRecord Hide(IStoreRecord record) => record switch
    {
        Template { Environment.Count: > 0 } template => template with { Environment = Map(template.Environment, value => Hide(environment.Value, value)) },
        IdempotencyRecord { Body: { Length: > 0 } body } answer => answer with { Body = Hide(answers.Value, body) },
        _ => record,
    };

    public Template? Reveal(Template? template) => template is { Environment.Count: > 0 }
        ? template with { Environment = Map(template.Environment, value => Reveal(environment, value, "the template " + template.Name)) }
        : template;

    public IdempotencyRecord? Reveal(IdempotencyRecord? answer) => answer is { Body: { } body }
        ? answer with { Body = Reveal(answers, body, "a remembered answer") }
        : answer;

    private static Dictionary<string, string> Map(IReadOnlyDictionary<string, string> values, Func<string, string> change) =>
        values.ToDictionary(static each => each.Key, each => change(each.Value), StringComparer.Ordinal);

    private static string Hide(IDataProtector protector, string text) => Mark + protector.Protect(text);

    private static string Reveal(Lazy<IDataProtector> protector, string text, string whose)
    {
        if (!text.StartsWith(Mark, StringComparison.Ordinal))
        {
            return text;
        }

        try
        {
            return protector.Value.Unprotect(text[Mark.Length..]);
        }
        catch (CryptographicException exception)
        {
            throw new StoreUnavailableException(
                $"The key that encrypted {whose} is not in the key ring. Restore the ring (TenantKit:MySql:KeyRingDirectory, or the table tenantkit_keys and the certificate that wraps it).", exception);
        }
    }
}
