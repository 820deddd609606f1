using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TenantKit.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    internal sealed partial class TemplateAutoscale : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Autoscale",
                table: "Templates",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Autoscale",
                table: "Templates");
        }
    }
}
