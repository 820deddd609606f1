using System.Globalization;
using System.Text;

namespace TenantKit.Admin.Users;

/// <summary>The rules for login names.</summary>
/// <remarks>
/// Letters of any script, digits and <c>._-@+</c>; no combining marks and no compatibility forms, so that one name has one spelling; Latin,
/// Greek and Cyrillic letters do not mix, so that a name cannot be drawn like another one.
/// </remarks>
internal static class UserNameRules
{
    public const int MaxLength = 64;

    private const string Marks = "._-@+";
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase) { "system", "anonymous", "unknown" };

    /// <summary>Says what is wrong with a name; null when nothing is.</summary>
    public static string? Validate(string? name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > MaxLength)
        {
            return "A user name of 1 to 64 characters is needed.";
        }

        var scripts = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            if (!IsAllowed(rune))
            {
                return "A user name consists of letters, digits and the characters . _ - @ + only, without spaces, accents as separate characters, or invisible ones.";
            }

            scripts |= ScriptOf(rune.Value);
        }

        if (int.PopCount(scripts) > 1)
        {
            return "A user name does not mix Latin, Greek and Cyrillic letters.";
        }

        if (!name.EnumerateRunes().Any(Rune.IsLetterOrDigit))
        {
            return "A user name needs at least one letter or digit.";
        }

        return Reserved.Contains(name) ? $"The name '{name}' is reserved. Choose another." : null;
    }

    private static bool IsAllowed(Rune rune)
    {
        var value = rune.Value;
        if (value < 128)
        {
            return char.IsAsciiLetterOrDigit((char)value) || Marks.Contains((char)value, StringComparison.Ordinal);
        }

        var isCompatibilityForm = value is
            (>= 0x1100 and <= 0x11FF) or (>= 0x2100 and <= 0x2BFF) or 0x3164 or (>= 0x3131 and <= 0x318E) or (>= 0xA960 and <= 0xA97F)
            or (>= 0xD7B0 and <= 0xD7FF) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFB00 and <= 0xFDFF) or (>= 0xFE70 and <= 0xFFFF)
            or (>= 0x1D400 and <= 0x1D7FF) or (>= 0x2F800 and <= 0x2FA1F) or 0x115F or 0x1160;
        return value != Rune.ReplacementChar.Value
            && !isCompatibilityForm
            && Rune.GetUnicodeCategory(rune) is UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.OtherLetter;
    }

    private static int ScriptOf(int value) => value switch
    {
        (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= 0xC0 and <= 0x24F) or (>= 0x1E00 and <= 0x1EFF) => 1,
        (>= 0x370 and <= 0x3FF) or (>= 0x1F00 and <= 0x1FFF) => 2,
        (>= 0x400 and <= 0x52F) or (>= 0x1C80 and <= 0x1C8F) or (>= 0x2DE0 and <= 0x2DFF) => 4,
        (>= 0x530 and <= 0x58F) or (>= 0x13A0 and <= 0x13FF) or (>= 0xAB70 and <= 0xABBF) => 8,
        _ => 0,
    };
}
