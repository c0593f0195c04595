using System;

namespace Azure.Data.Tables
{
    /// <summary>The answer to a read of an entity that does not exist.</summary>
    internal sealed class NoValueResponse<T>(Response response) : NullableResponse<T>
    {
        public override bool HasValue => false;

        public override T Value => throw new InvalidOperationException("There is no such entity.");

        public override Response GetRawResponse() => response;
    }
}
