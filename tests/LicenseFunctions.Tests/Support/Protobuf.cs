using System.Text;

namespace LicenseFunctions.Tests.Support;

/// <summary>Just enough of protobuf to find messages and texts by the numbers of the fields that lead to them.</summary>
internal static class Protobuf
{
    public static IEnumerable<string> Texts(byte[] message, params int[] path) => Fields(message, path).Select(Encoding.UTF8.GetString);

    /// <summary>The contents of every field at a path; all of its fields hold messages, texts or bytes.</summary>
    public static IEnumerable<byte[]> Fields(byte[] message, params int[] path) =>
        path.Aggregate<int, IEnumerable<byte[]>>([message], (found, number) => found.SelectMany(each => Fields(each, number)));

    private static List<byte[]> Fields(byte[] message, int number)
    {
        var found = new List<byte[]>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Number(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    Number(message, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Number(message, ref at);
                    if (tag >> 3 == (ulong)number)
                        found.Add(message[at..(at + length)]);
                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"A field of kind {tag & 7} at {at}.");
            }
        }

        return found;
    }

    private static ulong Number(byte[] message, ref int at)
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return number;
        }
    }
}
