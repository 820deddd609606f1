using System.Text.Json;

namespace TenantKit.Admin.Http;

/// <summary>The API's spelling of an enum value: camelCase.</summary>
internal static class EnumText
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
