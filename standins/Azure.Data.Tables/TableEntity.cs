using System;
using System.Collections;
using System.Collections.Generic;

namespace Azure.Data.Tables
{
    /// <summary>A dictionary that holds the keys, the timestamp and the tag beside the properties.</summary>
    public sealed class TableEntity : ITableEntity, IDictionary<string, object>
    {
        private const string ETagKey = "odata.etag";

        private readonly Dictionary<string, object> _properties;

        public TableEntity()
            : this(new Dictionary<string, object>())
        {
        }

        public TableEntity(string partitionKey, string rowKey)
            : this() => (PartitionKey, RowKey) = (partitionKey, rowKey);

        public TableEntity(IDictionary<string, object> values) => _properties = new Dictionary<string, object>(values);

        public string PartitionKey
        {
            get => GetString(nameof(PartitionKey));
            set => _properties[nameof(PartitionKey)] = value;
        }

        public string RowKey
        {
            get => GetString(nameof(RowKey));
            set => _properties[nameof(RowKey)] = value;
        }

        public DateTimeOffset? Timestamp
        {
            get => GetDateTimeOffset(nameof(Timestamp));
            set => _properties[nameof(Timestamp)] = value;
        }

        public ETag ETag
        {
            get => GetString(ETagKey) is { } text ? new ETag(text) : default;
            set => _properties[ETagKey] = value.ToString();
        }

        public ICollection<string> Keys => _properties.Keys;

        ICollection<object> IDictionary<string, object>.Values => _properties.Values;

        public int Count => _properties.Count;

        bool ICollection<KeyValuePair<string, object>>.IsReadOnly => false;

        public object this[string key]
        {
            get => _properties.GetValueOrDefault(key);
            set => _properties[key] = value;
        }

        public string GetString(string key) => (string)Get(key, typeof(string));

        public bool? GetBoolean(string key) => (bool?)Get(key, typeof(bool));

        public int? GetInt32(string key) => (int?)Get(key, typeof(int));

        public long? GetInt64(string key) => (long?)Get(key, typeof(long));

        public double? GetDouble(string key) => (double?)Get(key, typeof(double));

        public Guid? GetGuid(string key) => (Guid?)Get(key, typeof(Guid));

        public byte[] GetBinary(string key) => (byte[])Get(key, typeof(byte[]));

        public DateTimeOffset? GetDateTimeOffset(string key) => (DateTimeOffset?)Get(key, typeof(DateTimeOffset));

        public void Add(string key, object value) => _properties.Add(key, value);

        public bool ContainsKey(string key) => _properties.ContainsKey(key);

        public bool Remove(string key) => _properties.Remove(key);

        public bool TryGetValue(string key, out object value) => _properties.TryGetValue(key, out value);

        public void Clear() => _properties.Clear();

        void ICollection<KeyValuePair<string, object>>.Add(KeyValuePair<string, object> item) => Add(item.Key, item.Value);

        bool ICollection<KeyValuePair<string, object>>.Contains(KeyValuePair<string, object> item) =>
            ((ICollection<KeyValuePair<string, object>>)_properties).Contains(item);

        void ICollection<KeyValuePair<string, object>>.CopyTo(KeyValuePair<string, object>[] array, int arrayIndex) =>
            ((ICollection<KeyValuePair<string, object>>)_properties).CopyTo(array, arrayIndex);

        bool ICollection<KeyValuePair<string, object>>.Remove(KeyValuePair<string, object> item) =>
            ((ICollection<KeyValuePair<string, object>>)_properties).Remove(item);

        IEnumerator<KeyValuePair<string, object>> IEnumerable<KeyValuePair<string, object>>.GetEnumerator() =>
            _properties.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => _properties.GetEnumerator();

        private object Get(string key, Type type) =>
            _properties.TryGetValue(key, out var value) && value is not null && value.GetType() != type
                ? throw new InvalidOperationException($"'{key}' holds a {value.GetType()}, not a {type}.")
                : value;
    }
}
