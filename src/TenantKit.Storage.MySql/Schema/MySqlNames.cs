using System.Text;

namespace TenantKit.Storage.MySql.Schema;

/// <summary>Names of tables: with a prefix, so that they can live beside a host's own; in lower case, as servers on different systems judge case differently.</summary>
internal static class MySqlNames
{
    private const string Prefix = "tenantkit_";

    public static string Of(string table)
    {
        var name = new StringBuilder(Prefix);
        for (var index = 0; index < table.Length; index++)
        {
            if (index > 0 && char.IsUpper(table[index]))
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(table[index]));
        }

        return name.ToString();
    }
}
