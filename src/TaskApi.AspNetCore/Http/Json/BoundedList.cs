using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Json;

namespace TaskApi.AspNetCore.Http.Json;

/// <summary>A list in a body. Reading stops at the length that no call allows, lest a few bytes per element in the body become many in memory.</summary>
internal sealed class BoundedList<T> : Collection<T>
{
    /// <summary>The most elements that are read; calls allow less.</summary>
    public const int MaxCount = 100_000;

    /// <inheritdoc/>
    protected override void InsertItem(int index, T item)
    {
        if (Count == MaxCount)
            throw new ListTooLongException(string.Create(CultureInfo.InvariantCulture, $"must not have more than {MaxCount} elements."));
        base.InsertItem(index, item);
    }
}

/// <summary>A list in a body has more elements than any call allows.</summary>
/// <param name="rule">The rule that it breaks, as <see cref="Problems.FieldErrors.Add(string, string)"/> takes it.</param>
internal sealed class ListTooLongException(string rule) : JsonException(rule);
