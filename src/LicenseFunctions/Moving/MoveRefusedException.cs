namespace LicenseFunctions.Moving;

/// <summary>A file cannot be written, read or taken over. The message is one line for the operator.</summary>
public sealed class MoveRefusedException : Exception
{
    public MoveRefusedException()
        : this("The file cannot be taken over.")
    {
    }

    public MoveRefusedException(string message)
        : base(message)
    {
    }

    public MoveRefusedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
