using System.Reflection;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>Says which of the <see cref="FieldRules"/> a field keeps: for the API description, which takes the limits and their text from it. It enforces nothing.</summary>
/// <param name="name">The rule's name.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RuleAttribute(string name) : Attribute
{
    /// <summary>The rule.</summary>
    public FieldRule Rule => (FieldRule)typeof(FieldRules).GetField(name, BindingFlags.Public | BindingFlags.Static)!.GetValue(obj: null)!;
}
