using System.Text.RegularExpressions;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>A database server that tenants share, as far as the jobs speak to it; it refuses what a real one would not understand.</summary>
internal sealed partial class EmulatedDatabase
{
    /// <summary>The account that may do everything.</summary>
    public (string Name, string Password) Admin { get; set; } = ("root", "secret");

    public bool IsDown { get; set; }

    /// <summary>True while the account may not come from where the jobs are.</summary>
    public bool RefusesHost { get; set; }

    public HashSet<string> Schemas { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, EmulatedAccount> Accounts { get; } = new(StringComparer.Ordinal);

    /// <summary>Runs statements as the client program does.</summary>
    /// <returns>Null, or the error on which it ends.</returns>
    public string? Run(string user, string password, string host, string statements)
    {
        lock (Schemas)
        {
            if (IsDown)
            {
                return $"ERROR 2002 (HY000): Can't connect to server on '{host}' (115)";
            }

            if (RefusesHost)
            {
                return "ERROR 2002 (HY000): Received error packet before completion of TLS handshake. The authenticity of the following error cannot be verified: 1130 - Host '10.0.0.9' is not allowed to connect to this MariaDB server";
            }

            if ((user, password) != Admin)
            {
                return $"ERROR 1045 (28000): Access denied for user '{user}'@'10.0.0.9' (using password: YES)";
            }

            var line = 0;
            foreach (var statement in statements.Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (Run(statement) is { } error)
                {
                    return $"ERROR {error.Replace("):", $") at line {++line}:", StringComparison.Ordinal)}";
                }

                line++;
            }

            return null;
        }
    }

    private string? Run(string statement)
    {
        if (CreateDatabase().Match(statement) is { Success: true } database)
        {
            Schemas.Add(database.Groups[1].Value);
        }
        else if (Use().Match(statement) is { Success: true } use)
        {
            return Schemas.Contains(use.Groups[1].Value) ? null : $"1049 (42000): Unknown database '{use.Groups[1].Value}'";
        }
        else if (CreateUser().Match(statement) is { Success: true } created)
        {
            Accounts.TryAdd(created.Groups[1].Value, new EmulatedAccount(created.Groups[2].Value, "", 0, []));
        }
        else if (AlterUser().Match(statement) is { Success: true } altered)
        {
            var known = Accounts[altered.Groups[1].Value];
            Accounts[altered.Groups[1].Value] = known with { Password = altered.Groups[2].Value, Tls = altered.Groups[3].Value, MaxConnections = int.Parse(altered.Groups[4].Value, System.Globalization.CultureInfo.InvariantCulture) };
        }
        else if (Grant().Match(statement) is { Success: true } grant)
        {
            Accounts[grant.Groups[2].Value].Grants.Add(grant.Groups[1].Value);
        }
        else if (DropUser().Match(statement) is { Success: true } user)
        {
            Accounts.Remove(user.Groups[1].Value);
        }
        else if (DropDatabase().Match(statement) is { Success: true } dropped)
        {
            Schemas.Remove(dropped.Groups[1].Value);
        }
        else
        {
            return $"1064 (42000): You have an error in your SQL syntax near '{statement}'";
        }

        return null;
    }

    [GeneratedRegex("^CREATE DATABASE IF NOT EXISTS `([^`]+)` CHARACTER SET utf8mb4$")]
    private static partial Regex CreateDatabase();

    [GeneratedRegex("^USE `([^`]+)`$")]
    private static partial Regex Use();

    [GeneratedRegex("^CREATE USER IF NOT EXISTS '([^']+)'@'%' IDENTIFIED BY '([^']+)'$")]
    private static partial Regex CreateUser();

    [GeneratedRegex("^ALTER USER '([^']+)'@'%' IDENTIFIED BY '([^']+)' REQUIRE (SSL|NONE) WITH MAX_USER_CONNECTIONS ([0-9]+)$")]
    private static partial Regex AlterUser();

    [GeneratedRegex("^GRANT ALL PRIVILEGES ON `([^`]+)`[.][*] TO '([^']+)'@'%'$")]
    private static partial Regex Grant();

    [GeneratedRegex("^DROP USER IF EXISTS '([^']+)'@'%'$")]
    private static partial Regex DropUser();

    [GeneratedRegex("^DROP DATABASE IF EXISTS `([^`]+)`$")]
    private static partial Regex DropDatabase();
}
