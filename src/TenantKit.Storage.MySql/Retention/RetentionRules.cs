using TenantKit.Storage.MySql.Schema;

namespace TenantKit.Storage.MySql.Retention;

/// <summary>What is removed when.</summary>
internal static class RetentionRules
{
    /// <summary>A writer that did not commit for so long has ended, or begins anew.</summary>
    private static readonly TimeSpan Writers = TimeSpan.FromDays(7);

    /// <summary>What has a moment of expiry goes soon after it: the grace is for clocks that differ.</summary>
    private static readonly TimeSpan Expired = TimeSpan.FromHours(1);

    /// <summary>Tenants of which nothing is left: neither an instance nor an entry in the ledger.</summary>
    public static string FindTenants { get; } = $"""
        SELECT t.`Id` FROM {Table("Tenants")} t JOIN {Table("TenantStatuses")} s ON s.`TenantId` = t.`Id`
        WHERE {Tombstone("t.")} AND t.`DeletedAt` < @before AND t.`Desired` = 'Deleted' AND s.`Phase` = 'Deleted'
        AND NOT EXISTS (SELECT 1 FROM {Table("Ledger")} l WHERE l.`TenantId` = t.`Id`)
        AND NOT EXISTS (SELECT 1 FROM {Table("Containers")} c WHERE c.`TenantId` = t.`Id`)
        ORDER BY t.`NameKey` LIMIT @limit
        """;

    /// <summary>What belongs to a tenant and goes with it; <c>{0}</c> stands for the ids.</summary>
    public static string DeleteTenants { get; } = $"DELETE FROM {Table("TenantStatuses")} WHERE `TenantId` IN ({{0}}); DELETE FROM {Table("Tenants")} WHERE `Id` IN ({{0}})";

    /// <summary>The rules, users after tenants: a user goes when its tenant is gone.</summary>
    public static IReadOnlyList<RetentionRule> Of(MySqlRetentionOptions options) =>
    [
        new("audit", options.Audit, By("Audit", "At")),
        new("operations", options.Operations, By("Operations", "EndedAt")),
        new("remembered_answers", options.RememberedAnswers, By("IdempotencyRecords", "CreatedAt")),
        new("refresh_tokens", Expired, By("RefreshTokens", "ExpiresAt")),
        new("users", options.Tombstones, Users),
        new("writers", Writers, By("Writers", "At")),
    ];

    private static string Users { get; } =
        $"DELETE FROM {Table("Users")} WHERE {Tombstone("")} AND `DeletedAt` < @before AND (`TenantId` IS NULL OR NOT EXISTS (SELECT 1 FROM {Table("Tenants")} t WHERE t.`Id` = {Table("Users")}.`TenantId`)) ORDER BY `NameKey` LIMIT @limit";

    private static string By(string table, string column) => $"DELETE FROM {Table(table)} WHERE `{column}` < @before ORDER BY `{column}` LIMIT @limit";

    /// <summary>
    /// The names of the dead begin with <c>~</c>, so the index of the names finds them. One on the time of deletion would be the server's choice
    /// for lists of the living as well, and a bad one.
    /// </summary>
    private static string Tombstone(string prefix) => $"{prefix}`NameKey` >= X'7E' AND {prefix}`NameKey` < X'7F'";

    private static string Table(string name) => $"`{MySqlNames.Of(name)}`";
}
