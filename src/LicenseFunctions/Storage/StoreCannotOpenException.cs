namespace LicenseFunctions.Storage;

/// <summary>The store cannot be opened as it is configured. The message is one line that says what to do about it.</summary>
public sealed class StoreCannotOpenException : Exception
{
    public StoreCannotOpenException()
        : this("The store cannot be opened.")
    {
    }

    public StoreCannotOpenException(string message)
        : base(message)
    {
    }

    public StoreCannotOpenException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
