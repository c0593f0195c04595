using System.Text.Json;

namespace LicenseFunctions.Tests.Support.Bicep;

/// <summary>What each type of resource takes, from <c>azure-types.json</c>.</summary>
internal sealed class AzureTypes
{
    private readonly JsonElement _types;

    private AzureTypes(JsonElement types) => _types = types;

    public static AzureTypes Load() =>
        new(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "TestData", "azure-types.json"))).RootElement);

    /// <summary>A type with its version, <c>Microsoft.Storage/storageAccounts@2025-06-01</c>; null when there is none such.</summary>
    public JsonElement? Find(string type) => _types.TryGetProperty(type, out var found) ? found : null;
}

/// <summary>Holds values against a type of <see cref="AzureTypes"/>.</summary>
internal sealed class AzureTypeCheck(BicepFile file, BicepValues values, BicepProblems problems)
{
    public void Check(JsonElement type, SyntaxNode node, BicepLocals locals, string path)
    {
        foreach (var value in values.Of(node, locals))
            CheckValue(type, value, node, path, problems);
    }

    /// <summary>An object's properties, those that are asked to be left out aside.</summary>
    public void CheckProperties(JsonElement type, SyntaxNode body, BicepLocals locals, string path, IReadOnlyCollection<string> without)
    {
        var known = Properties(type, body, out var additional);
        foreach (var (name, value) in body.Properties.Where(property => property.Name is null || !without.Contains(property.Name)))
        {
            if (name is not null && known.TryGetValue(name, out var property))
            {
                if (property.TryGetProperty("readOnly", out var readOnly) && readOnly.GetBoolean())
                    problems.Add(file, value, $"sets {path}{name}, which can only be read.");
                Check(property.GetProperty("type"), value, locals, $"{path}{name}.");
            }
            else if (additional is { } other)
            {
                Check(other, value, locals, $"{path}{name}.");
            }
            else
            {
                problems.Add(file, value, $"sets {path}{name}, which is no property that can be set.");
            }
        }

        foreach (var (name, property) in known)
        {
            var isRequired = property.TryGetProperty("required", out var required) && required.GetBoolean();
            if (isRequired && !without.Contains(name) && body.Property(name) is null)
                problems.Add(file, body, $"lacks {path}{name}.");
        }
    }

    private void CheckValue(JsonElement type, BicepValue value, SyntaxNode at, string path, BicepProblems into)
    {
        var name = path.TrimEnd('.');
        if (value.Kind == BicepKind.Null || value.Kind == BicepKind.Any)
            return; // A null is left out; what must not be left out is written out.
        if (type.ValueKind == JsonValueKind.String)
        {
            if (type.GetString() != "any" && type.GetString() != BicepValue.Shown(value.Kind))
                into.Add(file, at, $"gives {name} a {BicepValue.Shown(value.Kind)}, not {type.GetString()}.");
        }
        else if (type.TryGetProperty("anyOf", out var choices))
        {
            if (choices.EnumerateArray().All(choice => BicepProblems.Collect(each => CheckValue(choice, value, at, path, each)).All.Count > 0))
                into.Add(file, at, $"gives {name} what is none of its types.");
        }
        else if (type.TryGetProperty("array", out var item))
        {
            CheckArray(item, value, at, path, into);
        }
        else if (type.TryGetProperty("enum", out var allowed))
        {
            // Of an open list too: a text outside it is a slip sooner than something newer than the list.
            CheckText(value, at, name, [.. allowed.EnumerateArray().Select(each => each.ToString())], into);
        }
        else if (type.TryGetProperty("const", out var only))
        {
            CheckText(value, at, name, [only.ToString()], into);
        }
        else if (value.Kind != BicepKind.Object)
        {
            into.Add(file, at, $"gives {name} a {BicepValue.Shown(value.Kind)}, not an object.");
        }
        else if (value.Node is { } body)
        {
            CheckProperties(type, body, value.Locals!, path, []);
        }
    }

    private void CheckArray(JsonElement item, BicepValue value, SyntaxNode at, string path, BicepProblems into)
    {
        if (value.Kind != BicepKind.Array)
        {
            into.Add(file, at, $"gives {path.TrimEnd('.')} a {BicepValue.Shown(value.Kind)}, not an array.");
            return;
        }

        foreach (var element in values.Elements([value]))
            CheckValue(item, element, element.Node ?? at, path, into);
    }

    private void CheckText(BicepValue value, SyntaxNode at, string name, string[] allowed, BicepProblems into)
    {
        if (value.Kind != BicepKind.String)
            into.Add(file, at, $"gives {name} a {BicepValue.Shown(value.Kind)}, not a string.");
        else if (value.Text is { } text && !allowed.Contains(text))
            into.Add(file, at, $"gives {name} the value {text}; it can be {string.Join(", ", allowed)}.");
    }

    private static Dictionary<string, JsonElement> Properties(JsonElement type, SyntaxNode body, out JsonElement? additional)
    {
        var known = type.GetProperty("properties").EnumerateObject().ToDictionary(each => each.Name, each => each.Value, StringComparer.Ordinal);
        additional = type.TryGetProperty("additional", out var other) ? other : null;
        if (type.TryGetProperty("discriminator", out var discriminator)
            && body.Property(discriminator.GetString()!)?.Literal is { } chosen
            && type.GetProperty("variants").TryGetProperty(chosen, out var variant))
        {
            foreach (var each in variant.GetProperty("properties").EnumerateObject())
                known[each.Name] = each.Value;
        }

        return known;
    }
}
