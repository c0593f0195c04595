using System;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables
{
    /// <summary>Signs each try anew ("SharedKeyLite" for tables), as a signature holds for fifteen minutes only.</summary>
    internal sealed class SharedKeyPolicy(string account, string key) : HttpPipelineSynchronousPolicy
    {
        private readonly byte[] _key = Convert.FromBase64String(key);

        public override void OnSendingRequest(HttpMessage message)
        {
            var date = DateTimeOffset.UtcNow.ToString("r", CultureInfo.InvariantCulture);
            var resource = $"/{account}{message.Request.Uri.ToUri().AbsolutePath}";
            var signature = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{date}\n{resource}"));
            message.Request.Headers.SetValue("x-ms-date", date);
            message.Request.Headers.SetValue(
                HttpHeader.Names.Authorization, $"SharedKeyLite {account}:{Convert.ToBase64String(signature)}");
        }
    }
}
