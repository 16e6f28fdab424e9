using System.Text.Json;

namespace TaskApi.AspNetCore.Http.Json;

/// <summary>The values of an enum as clients write them, in bodies and in queries.</summary>
internal static class NamedValues<TEnum>
    where TEnum : struct, Enum
{
    private static readonly TEnum[] _values = Enum.GetValues<TEnum>();

    /// <summary>Their names, in camelCase.</summary>
    public static string[] Names { get; } = Array.ConvertAll(_values, static value => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));

    /// <summary>Finds the value of this name, in any letter case.</summary>
    public static bool TryParse(string? name, out TEnum value)
    {
        var index = Array.FindIndex(Names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        value = index < 0 ? default : _values[index];
        return index >= 0;
    }
}
