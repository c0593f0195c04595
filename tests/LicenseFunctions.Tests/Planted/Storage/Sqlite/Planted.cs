namespace LicenseFunctions.Tests.Planted.Storage.Sqlite;

public sealed record Planted(string Path);
