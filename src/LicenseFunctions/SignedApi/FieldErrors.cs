namespace LicenseFunctions.SignedApi;

/// <summary>What is wrong with the fields of a call: a list of sentences for each, in the order they were found.</summary>
public sealed class FieldErrors
{
    private readonly List<(string Field, string Message)> _errors = [];

    public bool Any => _errors.Count > 0;

    public void Required(string field) => Add(field, "is required");

    public void Invalid(string field) => _errors.Add((field, $"The selected {Words(field)} is invalid."));

    /// <summary>Adds what is wrong in the endpoint's own words.</summary>
    public void Say(string field, string sentence) => _errors.Add((field, sentence));

    /// <summary>Adds what is wrong with one of many objects that a call names, under its place in the list.</summary>
    public void AddOf(string list, int index, FieldErrors errors) =>
        _errors.AddRange(errors._errors.Select(error => ($"{list}.{index}.{error.Field}", error.Message)));

    public void Add(string field, string rule) => _errors.Add((field, $"The {Words(field)} field {rule}."));

    /// <summary>Writes <c>errors</c>: <c>{"name":["The name field is required."]}</c>.</summary>
    public void Write(WireJson json)
    {
        json.Name("errors").Open('{');
        foreach (var field in _errors.GroupBy(error => error.Field))
        {
            json.Name(field.Key).Open('[');
            foreach (var (_, message) in field)
                json.Text(message);
            json.Close(']');
        }

        json.Close('}');
    }

    /// <summary>Writes <c>errors</c> as the endpoints of code 825 have it, one text a field: <c>{"quantity":"Quantity must be …"}</c>.</summary>
    public void WriteTexts(WireJson json)
    {
        json.Name("errors").Open('{');
        foreach (var field in _errors.GroupBy(error => error.Field))
            json.Field(field.Key, field.First().Message);
        json.Close('}');
    }

    private static string Words(string field) => field.Replace('_', ' ');
}
