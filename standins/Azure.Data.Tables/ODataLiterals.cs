using System;
using System.Globalization;
using System.Linq;

namespace Azure.Data.Tables
{
    /// <summary>Values as they are written into a filter.</summary>
    internal static class ODataLiterals
    {
        public static string Filter(FormattableString filter)
        {
            ArgumentNullException.ThrowIfNull(filter);
            return string.Format(
                CultureInfo.InvariantCulture, filter.Format, filter.GetArguments().Select(Literal).ToArray<object>());
        }

        public static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);

        public static string Time(DateTimeOffset time) => Time(time.UtcDateTime);

        public static string Time(DateTime time) =>
            time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

        private static string Literal(object value) => value switch
        {
            null => "null",
            string v => $"'{Quoted(v)}'",
            bool v => v ? "true" : "false",
            int v => v.ToString(CultureInfo.InvariantCulture),
            long v => v.ToString(CultureInfo.InvariantCulture) + "L",
            double v => v.ToString("R", CultureInfo.InvariantCulture),
            Guid v => $"guid'{v:D}'",
            DateTimeOffset v => $"datetime'{Time(v)}'",
            DateTime v => $"datetime'{Time(v)}'",
            byte[] v => $"X'{Convert.ToHexString(v)}'",
            _ => throw new ArgumentException($"A filter cannot hold a {value.GetType()}."),
        };
    }
}
