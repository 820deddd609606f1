using MySqlConnector;
using TenantKit.Storage.MySql.Connections;

namespace TenantKit.Storage.MySql.Tests;

public sealed class ConnectionSettingsTests
{
    [Theory]
    [InlineData("Server=db.example;Database=kit", MySqlSslMode.Required)]
    [InlineData("Server=10.0.0.7;Database=kit;SslMode=Preferred", MySqlSslMode.Required)]
    [InlineData("Server=db.example;Database=kit;SslMode=VerifyFull", MySqlSslMode.VerifyFull)]
    [InlineData("Server=127.0.0.1,db.example;Database=kit", MySqlSslMode.Required)]
    [InlineData("Server=127.0.0.1;Database=kit", MySqlSslMode.Preferred)]
    [InlineData("Server=[::1];Database=kit", MySqlSslMode.Preferred)]
    [InlineData("Server=localhost;Database=kit;SslMode=None", MySqlSslMode.None)]
    public void Complete_Server_AsksForTlsUnlessItIsLocal(string text, MySqlSslMode expected) =>
        Assert.Equal(expected, new MySqlConnectionStringBuilder(ConnectionSettings.Complete(text, new MySqlStoreOptions())).SslMode);

    [Fact]
    public void Complete_InsecureAllowed_LeavesTheChoice() => Assert.Equal(
        MySqlSslMode.Preferred,
        new MySqlConnectionStringBuilder(ConnectionSettings.Complete("Server=db.example;Database=kit", new MySqlStoreOptions { AllowInsecureConnection = true })).SslMode);

    [Fact]
    public void Complete_Options_BoundConnectionsAndWaits()
    {
        var connection = new MySqlConnectionStringBuilder(ConnectionSettings.Complete("Server=localhost;Database=kit", new MySqlStoreOptions { MaxConnections = 7, ConnectTimeoutSeconds = 2, CommandTimeoutSeconds = 3 }));

        Assert.Equal((7u, 2u, 3u), (connection.MaximumPoolSize, connection.ConnectionTimeout, connection.DefaultCommandTimeout));
    }
}
