using System.Net.Sockets;
using TenantKit.Storage.MySql.Connections;

namespace TenantKit.Storage.MySql.Tests;

public sealed class MySqlTroubleTests
{
    [Theory]
    [InlineData(1213, nameof(MySqlFaultKind.Busy))]
    [InlineData(1205, nameof(MySqlFaultKind.Busy))]
    [InlineData(1020, nameof(MySqlFaultKind.Busy))]
    [InlineData(1290, nameof(MySqlFaultKind.ReadOnly))]
    [InlineData(1792, nameof(MySqlFaultKind.ReadOnly))]
    [InlineData(1836, nameof(MySqlFaultKind.ReadOnly))]
    [InlineData(1040, nameof(MySqlFaultKind.TooManyConnections))]
    [InlineData(1203, nameof(MySqlFaultKind.TooManyConnections))]
    [InlineData(1021, nameof(MySqlFaultKind.Full))]
    [InlineData(1114, nameof(MySqlFaultKind.Full))]
    [InlineData(1045, nameof(MySqlFaultKind.Denied))]
    [InlineData(1142, nameof(MySqlFaultKind.Denied))]
    [InlineData(1146, nameof(MySqlFaultKind.NoSchema))]
    [InlineData(1049, nameof(MySqlFaultKind.NoSchema))]
    [InlineData(1053, nameof(MySqlFaultKind.Connection))]
    [InlineData(1927, nameof(MySqlFaultKind.Connection))]
    [InlineData(1042, nameof(MySqlFaultKind.Connection))]
    [InlineData(1158, nameof(MySqlFaultKind.Connection))]
    [InlineData(4031, nameof(MySqlFaultKind.Connection))]
    [InlineData(3024, nameof(MySqlFaultKind.Slow))]
    [InlineData(1969, nameof(MySqlFaultKind.Slow))]
    [InlineData(1153, nameof(MySqlFaultKind.TooLarge))]
    [InlineData(1062, nameof(MySqlFaultKind.Statement))]
    [InlineData(1064, nameof(MySqlFaultKind.Statement))]
    [InlineData(1999, nameof(MySqlFaultKind.Other))]
    public void KindOf_Number_IsWhatFollowsFromIt(int number, string expected) => Assert.Equal(expected, MySqlTrouble.KindOf(number, "message").ToString());

    [Fact]
    public void Explain_Kinds_SayWhatToDo()
    {
        Assert.Equal("The database 'kit' takes no more connections (all in use). Lower TenantKit:MySql:MaxConnections, or raise the server's max_connections.", Explain(MySqlFaultKind.TooManyConnections, "all in use"));
        Assert.Equal("The database 'kit' is read-only (--read-only). It passes when a failover ends; else name the primary server in TenantKit:MySql:ConnectionString.", Explain(MySqlFaultKind.ReadOnly, "--read-only"));
        Assert.Equal("The disk of the database 'kit' is full (full). Nothing was written. Free some space there; then try again.", MySqlTrouble.Explain("the database 'kit'", new MySqlFault(MySqlFaultKind.Full, 1114, "full")));
        Assert.Null(Explain(MySqlFaultKind.Statement, "syntax"));
        Assert.All(Enum.GetValues<MySqlFaultKind>().Where(static kind => kind != MySqlFaultKind.Statement), static kind => Assert.Contains("message", Explain(kind, "message"), StringComparison.Ordinal));
    }

    [Fact]
    public void Of_LostConnection_IsFoundInside()
    {
        Assert.Equal(MySqlFaultKind.Connection, MySqlTrouble.Of(new InvalidOperationException("outside", new SocketException(104)))!.Kind);
        Assert.Equal(MySqlFaultKind.Connection, MySqlTrouble.Of(new EndOfStreamException())!.Kind);
        Assert.Equal(MySqlFaultKind.Slow, MySqlTrouble.Of(new TimeoutException())!.Kind);
        Assert.Null(MySqlTrouble.Of(new OperationCanceledException("cancelled", new SocketException(104))));
        Assert.Null(MySqlTrouble.Of(new InvalidOperationException("somebody else's")));
    }

    [Fact]
    public void Database_ThatIsNotThere_IsToBeMadeBeforeItIsMigrated()
    {
        var fault = new MySqlFault(MySqlTrouble.KindOf(1049, "Unknown database 'kit'"), 1049, "Unknown database 'kit'");

        var said = MySqlTrouble.Explain("The database 'kit'", fault);

        Assert.StartsWith("The database 'kit' does not exist. Create it (CREATE DATABASE", said, StringComparison.Ordinal);
    }

    private static string? Explain(MySqlFaultKind kind, string message) => MySqlTrouble.Explain("The database 'kit'", new MySqlFault(kind, 1, message));
}
