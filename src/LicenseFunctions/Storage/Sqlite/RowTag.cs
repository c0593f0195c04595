namespace LicenseFunctions.Storage.Sqlite;

/// <summary>The kind of a stored value. The numbers are in the files; never change one.</summary>
internal enum RowTag : byte
{
    Text = 1,
    Number = 2,
    False = 3,
    True = 4,
    Binary = 5,
}
