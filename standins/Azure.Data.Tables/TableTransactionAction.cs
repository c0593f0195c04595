using System;

namespace Azure.Data.Tables
{
    public enum TableTransactionActionType
    {
        Add = 0,
        UpdateMerge = 1,
        UpdateReplace = 2,
        Delete = 3,
        UpsertMerge = 4,
        UpsertReplace = 5,
    }

    public class TableTransactionAction
    {
        public TableTransactionAction(TableTransactionActionType actionType, ITableEntity entity)
            : this(actionType, entity, default)
        {
        }

        public TableTransactionAction(TableTransactionActionType actionType, ITableEntity entity, ETag etag = default)
        {
            ArgumentNullException.ThrowIfNull(entity);
            (ActionType, Entity, ETag) = (actionType, entity, etag);
        }

        public TableTransactionActionType ActionType { get; }

        public ITableEntity Entity { get; }

        public ETag ETag { get; }
    }
}
