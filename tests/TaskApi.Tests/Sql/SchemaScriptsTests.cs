using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using TaskApi.Storage.Schema;

namespace TaskApi.Tests.Sql;

/// <summary>The scripts that make the tables.</summary>
public sealed class SchemaScriptsTests
{
    [Theory]
    [InlineData("Sqlite", 1, "EAD5090FB5F017EE2DE02ADAF02750088B65EB160254AFD76922D2F410963479")]
    [InlineData("Sqlite", 2, "6ED8FF5853E3C0020AD14B562C99296B9CE3D9E6ED2B37ED7770F62FF1495739")]
    [InlineData("Sqlite", 3, "5094743DAE51D79D48BFCF00BE8F255359221B05A2EC8F9CF9D90E1145D5C503")]
    [InlineData("Postgres", 1, "CFAE6D4FD12B7EBA6E60B95D4235C60A763B143AC7633479C78E0EF42E86EF69")]
    [InlineData("Postgres", 2, "6A37178A0DBC31934A861CA091CD5C7EDA395D19EC1183ADA3FFBA8D78F0B780")]
    [InlineData("Postgres", 3, "EE5883DAAC71B16A1C8D94AE3925B2ED5ACA50AC7BD4CB8533F6547B8BF13F29")]
    public void Script_OfAReleasedVersion_SaysWhatItSaid(string database, int version, string hash)
    {
        var statements = string.Join('\n', SchemaScripts.Read(Assembly.Load($"TaskApi.Storage.{database}"))[version - 1]);

        Assert.Equal(hash, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(statements))));
    }

    [Fact]
    public void Split_CommentsAndStatementsOfSeveralLines_AnswersTheStatementsAlone()
    {
        const string Script = "-- About it.\n\nCREATE TABLE a (\n  b integer\n);\n-- More.\nSELECT 'x; y', 1;\n";

        Assert.Equal(["CREATE TABLE a (\n  b integer\n)", "SELECT 'x; y', 1"], SchemaScripts.Split(Script));
    }

    [Fact]
    public void Split_BodyOfAFunction_KeepsItsSemicolonsAndComments()
    {
        const string Script = "CREATE FUNCTION a() AS $$\nBEGIN\n  -- Why.\n\n  b := 1;\nEND\n$$;\nDO $$ SELECT 1; $$;\nSELECT 2;\n";

        Assert.Equal(["CREATE FUNCTION a() AS $$\nBEGIN\n  -- Why.\n\n  b := 1;\nEND\n$$", "DO $$ SELECT 1; $$", "SELECT 2"], SchemaScripts.Split(Script));
    }

    [Fact]
    public void Split_LastStatementDoesNotEnd_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => SchemaScripts.Split("SELECT 1;\nSELECT 2\n"));
}
