using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.Json;

namespace Azure.Data.Tables
{
    /// <summary>
    /// Entities as OData JSON with minimal metadata: a type that JSON has no form for stands in an annotation before
    /// its value, in both directions.
    /// </summary>
    internal static class EntityJson
    {
        private const string Annotation = "@odata.type";
        private const string ETagKey = "odata.etag";

        public static byte[] Write(ITableEntity entity)
        {
            if (entity is not TableEntity properties)
                throw new NotSupportedException($"The stand-in knows {nameof(TableEntity)} only.");
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer))
            {
                writer.WriteStartObject();
                foreach (var (name, value) in properties)
                {
                    // The service sets the timestamp and takes the tag from a header.
                    if (name is not (ETagKey or nameof(TableEntity.Timestamp)) && value is not null)
                        WriteProperty(writer, name, value);
                }

                writer.WriteEndObject();
            }

            return buffer.ToArray();
        }

        public static TableEntity Read(JsonElement json)
        {
            var entity = new TableEntity();
            foreach (var property in json.EnumerateObject())
            {
                if (property.Name.EndsWith(Annotation, StringComparison.Ordinal))
                    continue;
                if (property.Name == ETagKey || !property.Name.StartsWith("odata.", StringComparison.Ordinal))
                    entity[property.Name] = Value(property, TypeOf(json, property.Name));
            }

            return entity;
        }

        private static void WriteProperty(Utf8JsonWriter writer, string name, object value)
        {
            var (type, text) = value switch
            {
                long v => ("Edm.Int64", v.ToString(CultureInfo.InvariantCulture)),
                byte[] v => ("Edm.Binary", Convert.ToBase64String(v)),
                BinaryData v => ("Edm.Binary", Convert.ToBase64String(v)),
                Guid v => ("Edm.Guid", v.ToString("D")),
                DateTimeOffset v => ("Edm.DateTime", ODataLiterals.Time(v)),
                DateTime v => ("Edm.DateTime", ODataLiterals.Time(v)),
                double v => ("Edm.Double", v.ToString("R", CultureInfo.InvariantCulture)),
                _ => (null, null),
            };
            if (type is not null)
            {
                writer.WriteString(name + Annotation, type);
                writer.WriteString(name, text);
                return;
            }

            writer.WritePropertyName(name);
            switch (value)
            {
                case string v: writer.WriteStringValue(v); break;
                case bool v: writer.WriteBooleanValue(v); break;
                case int v: writer.WriteNumberValue(v); break;
                default: throw new NotSupportedException($"A property cannot hold a {value.GetType()}.");
            }
        }

        private static string TypeOf(JsonElement json, string name) =>
            name == nameof(TableEntity.Timestamp) ? "Edm.DateTime"
            : json.TryGetProperty(name + Annotation, out var type) ? type.GetString()
            : null;

        private static object Value(JsonProperty property, string type)
        {
            var value = property.Value;
            return (value.ValueKind, type) switch
            {
                (JsonValueKind.Null, _) => null,
                (JsonValueKind.True or JsonValueKind.False, _) => value.GetBoolean(),
                (JsonValueKind.Number, "Edm.Double") => value.GetDouble(),
                (JsonValueKind.Number, "Edm.Int64") => value.GetInt64(),
                (JsonValueKind.Number, _) => value.TryGetInt32(out var number) ? (object)number : value.GetDouble(),
                (_, "Edm.Int64") => long.Parse(value.GetString(), CultureInfo.InvariantCulture),
                (_, "Edm.Double") => double.Parse(value.GetString(), CultureInfo.InvariantCulture),
                (_, "Edm.Binary") => value.GetBytesFromBase64(),
                (_, "Edm.Guid") => Guid.Parse(value.GetString()),
                (_, "Edm.DateTime") => DateTimeOffset.Parse(
                    value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
                _ => value.GetString(),
            };
        }
    }
}
