using System.Globalization;
using System.Text;
using MySqlConnector;

namespace TenantKit.Storage.MySql.Commits;

/// <summary>Many statements as one text, with their values: what is harmless stands in the text, the rest are parameters.</summary>
internal sealed class StatementText(MySqlCommand command)
{
    /// <summary>Sent in parts of about so many characters: far below the smallest max_allowed_packet that a server has by default.</summary>
    private const int MostCharacters = 2 << 20;

    private const int LongestLiteral = 100;

    private readonly StringBuilder text = new();
    private int sizeOfParameters;

    /// <summary>Whether it is time to send what is there.</summary>
    public bool IsLarge => text.Length + sizeOfParameters > MostCharacters;

    public StatementText Add(string part)
    {
        text.Append(part);
        return this;
    }

    public StatementText Value(object value)
    {
        switch (value)
        {
            case DBNull:
                text.Append("NULL");
                break;
            case long or int:
                text.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
            case bool flag:
                text.Append(flag ? '1' : '0');
                break;
            case string { Length: <= LongestLiteral } plain when IsPlain(plain):
                text.Append('\'').Append(plain).Append('\'');
                break;
            default:
                sizeOfParameters += value switch { string long_ => long_.Length, byte[] bytes => bytes.Length, _ => 8 };
                var name = string.Create(CultureInfo.InvariantCulture, $"@v{command.Parameters.Count}");
                command.Parameters.AddWithValue(name, value);
                text.Append(name);
                break;
        }

        return this;
    }

    /// <summary>Values with commas between them.</summary>
    public StatementText Values(IEnumerable<object> values)
    {
        var separator = "";
        foreach (var value in values)
        {
            Add(separator).Value(value);
            separator = ", ";
        }

        return this;
    }

    /// <summary>What was added and not sent yet.</summary>
    public override string ToString() => text.ToString();

    /// <summary>Sends everything, and starts anew.</summary>
    public async Task ExecuteAsync()
    {
        if (text.Length > 0)
        {
            command.CommandText = text.ToString();
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            command.Parameters.Clear();
            text.Clear();
            sizeOfParameters = 0;
        }
    }

    /// <summary>Ids, enumerations, codes: nothing in it means anything to a server, whatever its mode.</summary>
    private static bool IsPlain(string value)
    {
        foreach (var letter in value)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.' or '/' or ':' or '~'))
            {
                return false;
            }
        }

        return true;
    }
}
