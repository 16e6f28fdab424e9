using System.Text.Json;

namespace TaskApi.Rules;

/// <summary>How results of tasks are read.</summary>
internal static class ResultJson
{
    /// <summary>To any depth: a list of lists of results is nested deeper than any of them, and may be part of another.</summary>
    public static readonly JsonDocumentOptions Reading = new() { MaxDepth = int.MaxValue };
}
