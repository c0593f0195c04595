using System;
using System.Globalization;

namespace Azure.Data.Tables
{
    public class TableTransactionFailedException : RequestFailedException
    {
        public TableTransactionFailedException(RequestFailedException requestFailedException)
            : base(
                requestFailedException.Status,
                requestFailedException.Message,
                requestFailedException.ErrorCode,
                requestFailedException.InnerException)
        {
            FailedTransactionActionIndex = IndexIn(requestFailedException.Message);
        }

        public int? FailedTransactionActionIndex { get; }

        /// <summary>The service says which action failed only in its text: "3:The specified entity already exists."</summary>
        private static int? IndexIn(string message)
        {
            var end = message.IndexOf(':');
            return end > 0 && int.TryParse(message.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? index
                : null;
        }
    }
}
