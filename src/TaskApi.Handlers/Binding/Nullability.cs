using System.Reflection;

namespace TaskApi.Handlers.Binding;

/// <summary>Whether a handler takes <c>null</c> as its input.</summary>
internal static class Nullability
{
    /// <summary>False for what its code says is not nullable; true where the code says nothing of it.</summary>
    public static bool Takes(ParameterInfo parameter) =>
        parameter.ParameterType.IsValueType
            ? System.Nullable.GetUnderlyingType(parameter.ParameterType) is not null || parameter.ParameterType == typeof(System.Text.Json.JsonElement)
            : new NullabilityInfoContext().Create(parameter).WriteState != NullabilityState.NotNull;
}
