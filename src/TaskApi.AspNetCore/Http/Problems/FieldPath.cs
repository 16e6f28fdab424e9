using System.Globalization;

namespace TaskApi.AspNetCore.Http.Problems;

/// <summary>
/// Where in a body a value stands, so that one validator serves <c>delaySeconds</c>, <c>[3].delaySeconds</c> and
/// <c>tasks[3].delaySeconds</c>. The text is made only when there is an error to report.
/// </summary>
internal readonly record struct FieldPath
{
    private readonly string? _list;
    private readonly int? _index;

    private FieldPath(string list, int? index) => (_list, _index) = (list, index);

    /// <summary>The body itself.</summary>
    public static FieldPath Root => default;

    /// <summary>An element of a list.</summary>
    /// <param name="list">The list's name; empty if the body is the list.</param>
    /// <param name="index">From 0.</param>
    public static FieldPath Element(string list, int index) => new(list, index);

    /// <summary>A member of the body.</summary>
    public static FieldPath Member(string name) => new(name, index: null);

    /// <summary>The name of a field of the value at this path; of the value itself, if <paramref name="field"/> is empty.</summary>
    public string Of(string field)
    {
        if (_index is not { } index)
            return _list is null ? (field.Length == 0 ? FieldErrors.Body : field) : field.Length == 0 ? _list : $"{_list}.{field}";
        var element = string.Create(CultureInfo.InvariantCulture, $"{_list}[{index}]");
        return field.Length == 0 ? element : field[0] == '[' ? element + field : $"{element}.{field}";
    }
}
