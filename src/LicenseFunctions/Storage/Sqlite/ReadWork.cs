namespace LicenseFunctions.Storage.Sqlite;

/// <summary>A read that waits for the writer thread. It may run again when another process was in the way.</summary>
internal abstract class ReadWork : StoreWork
{
    public abstract void Read(StoreRows rows);
}
