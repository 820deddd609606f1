using System.Text;

namespace TenantKit.Admin.Http;

/// <summary>One spelling for one text, whatever the keyboard composed: Unicode NFC.</summary>
internal static class NormalText
{
    public static string Of(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return text; // broken surrogates have no normal form
        }
    }
}
