using System;
using System.Collections.Generic;

namespace Azure.Data.Tables
{
    /// <summary>What a storage connection string says about the table service: its address, account and key.</summary>
    internal sealed record ConnectionString(Uri Endpoint, string Account, string Key)
    {
        // The emulator's account and key are the same everywhere and published with it.
        private const string EmulatorAccount = "devstoreaccount1";
        private const string EmulatorKey =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

        public static ConnectionString Parse(string text)
        {
            ArgumentException.ThrowIfNullOrEmpty(text);
            var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                // A key ends in '=' itself, so only the first one separates.
                var at = part.IndexOf('=');
                if (at <= 0)
                    throw new FormatException("A connection string consists of name=value pairs.");
                parts[part[..at]] = part[(at + 1)..];
            }

            if (parts.TryGetValue("UseDevelopmentStorage", out var use) && bool.Parse(use))
                return new(new Uri($"http://127.0.0.1:10002/{EmulatorAccount}"), EmulatorAccount, EmulatorKey);
            if (!parts.TryGetValue("AccountName", out var account) || !parts.TryGetValue("AccountKey", out var key))
                throw new FormatException("The connection string lacks AccountName or AccountKey.");
            return new(EndpointOf(parts, account), account, key);
        }

        private static Uri EndpointOf(Dictionary<string, string> parts, string account) =>
            parts.TryGetValue("TableEndpoint", out var endpoint)
                ? new(endpoint)
                : new($"{parts.GetValueOrDefault("DefaultEndpointsProtocol", "https")}://{account}.table."
                    + parts.GetValueOrDefault("EndpointSuffix", "core.windows.net"));
    }
}
