using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Azure.Core;

namespace Azure.Data.Tables
{
    /// <summary>One answer out of the multipart body of a transaction.</summary>
    internal sealed class BatchResponse : Response
    {
        private readonly List<HttpHeader> _headers = [];

        private BatchResponse(string text)
        {
            var (head, body) = Cut(text);
            var lines = head.Split("\r\n");
            var status = lines[0].Split(' ', 3);
            Status = int.Parse(status[1], CultureInfo.InvariantCulture);
            ReasonPhrase = status.Length > 2 ? status[2] : "";
            foreach (var line in lines.AsSpan(1))
            {
                if (line.IndexOf(':') is var at and > 0)
                    _headers.Add(new HttpHeader(line[..at], line[(at + 1)..].Trim()));
            }

            ContentStream = new MemoryStream(Encoding.UTF8.GetBytes(body));
        }

        public override int Status { get; }

        public override string ReasonPhrase { get; }

        public override Stream ContentStream { get; set; }

        public override string ClientRequestId { get; set; }

        public static List<Response> Read(Response response)
        {
            var parts = new List<Response>();
            Read(response.Headers.ContentType ?? "", response.Content.ToString(), parts);
            return parts;
        }

        public override void Dispose() => ContentStream?.Dispose();

        protected override bool ContainsHeader(string name) => TryGetHeader(name, out _);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => _headers;

        protected override bool TryGetHeader(string name, out string value)
        {
            value = _headers.Find(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
            return value is not null;
        }

        protected override bool TryGetHeaderValues(string name, out IEnumerable<string> values)
        {
            var found = TryGetHeader(name, out var value);
            values = found ? [value] : null;
            return found;
        }

        /// <summary>The change set is a multipart body within the batch's, so this goes one level down where it meets one.</summary>
        private static void Read(string contentType, string text, List<Response> parts)
        {
            const string mark = "boundary=";
            var at = contentType.IndexOf(mark, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
                throw new FormatException("The service answered a transaction with something else.");
            var boundary = "--" + contentType[(at + mark.Length)..].Trim('"', ' ');
            foreach (var part in text.Split(boundary).AsSpan(1))
            {
                if (part.StartsWith("--", StringComparison.Ordinal))
                    return;
                var (head, body) = Cut(part.TrimStart());
                if (head.Contains("multipart/mixed", StringComparison.OrdinalIgnoreCase))
                    Read(head.Split("\r\n")[0], body, parts);
                else
                    parts.Add(new BatchResponse(body));
            }
        }

        private static (string Head, string Body) Cut(string text)
        {
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            return end < 0 ? (text, "") : (text[..end], text[(end + 4)..]);
        }
    }
}
