using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TenantKit.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    internal sealed partial class TemplateHttp : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Templates that are there already get the defaults of a new one.
            migrationBuilder.AddColumn<string>(
                name: "Http",
                table: "Templates",
                type: "TEXT",
                nullable: false,
                defaultValue: "{}");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Http",
                table: "Templates");
        }
    }
}
