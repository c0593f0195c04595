namespace LicenseFunctions.Storage.Sqlite;

/// <summary>The kind of a stored value. The numbers are in the files; never change one.</summary>
internal enum RowTag : byte
{
    Text = 1,

    /// <summary>In eight bytes, little-endian; in rows of version 2 packed.</summary>
    Number = 2,
    False = 3,
    True = 4,
    Binary = 5,
}
