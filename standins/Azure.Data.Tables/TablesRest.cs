using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables
{
    /// <summary>One account's table service: requests with the common headers, and their answers.</summary>
    internal sealed class TablesRest
    {
        public const string Json = "application/json;odata=minimalmetadata";

        private readonly HttpPipeline _pipeline;
        private readonly string _version;

        public TablesRest(Uri endpoint, HttpPipelinePolicy authentication, TableClientOptions options)
        {
            Endpoint = endpoint.AbsoluteUri.TrimEnd('/');
            _version = options.VersionText;
            var pipelineOptions = new HttpPipelineOptions(options) { RequestFailedDetailsParser = new TablesErrorParser() };
            pipelineOptions.PerRetryPolicies.Add(authentication);
            _pipeline = HttpPipelineBuilder.Build(pipelineOptions);
        }

        /// <summary>The address, without a slash at its end.</summary>
        public string Endpoint { get; }

        public string EntityAddress(string table, string partitionKey, string rowKey) =>
            $"{Endpoint}/{table}(PartitionKey='{Escaped(partitionKey)}',RowKey='{Escaped(rowKey)}')";

        public HttpMessage Create(RequestMethod method, string address)
        {
            var message = _pipeline.CreateMessage();
            message.Request.Method = method;
            message.Request.Uri.Reset(new Uri(address));
            message.Request.Headers.Add("x-ms-version", _version);
            message.Request.Headers.Add("DataServiceVersion", "3.0");
            message.Request.Headers.Add(HttpHeader.Names.Accept, Json);
            return message;
        }

        public HttpMessage Create(RequestMethod method, string address, byte[] json)
        {
            var message = Create(method, address);
            message.Request.Headers.Add(HttpHeader.Names.ContentType, "application/json");
            message.Request.Content = RequestContent.Create(json);
            return message;
        }

        /// <summary>Sends the message; any status but the expected ones throws.</summary>
        public async Task<Response> SendAsync(HttpMessage message, CancellationToken cancellationToken, params int[] expected)
        {
            await _pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
            return expected.Contains(message.Response.Status)
                ? message.Response
                : throw new RequestFailedException(message.Response);
        }

        private static string Escaped(string key) => Uri.EscapeDataString(ODataLiterals.Quoted(key));
    }
}
