using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>Draws a tree, as <c>python -m asyncio pstree</c> does.</summary>
internal static class TreeText
{
    /// <summary>The tree, a task a line.</summary>
    public static string Draw(TreeResponse tree)
    {
        var text = new StringBuilder();
        Draw(text, tree.Task, "", "", "");
        if (tree.Truncated)
            text.AppendLine("… and more");
        return text.ToString();
    }

    private static void Draw(StringBuilder text, TreeNodeResponse task, string first, string rest, string relation)
    {
        text.Append(first).Append(relation).Append(task.Type ?? "message").Append(CultureInfo.InvariantCulture, $" {task.Id}");
        // As JSON has it: a name may have line breaks.
        if (task.Name is { } name)
            text.Append(" \"").Append(JsonEncodedText.Encode(name).Value).Append('"');
        text.Append(' ').Append(JsonNamingPolicy.CamelCase.ConvertName(task.Status.ToString()));
        text.Append(task.Repeated ? " (as above)\n" : "\n");
        var last = task.Awaits.Count + task.Created.Count - 1;
        for (var i = 0; i <= last; i++)
        {
            var isAwaited = i < task.Awaits.Count;
            var below = isAwaited ? task.Awaits[i] : task.Created[i - task.Awaits.Count];
            Draw(text, below, rest + (i == last ? "└── " : "├── "), rest + (i == last ? "    " : "│   "), isAwaited ? "awaits " : "created ");
        }
    }
}
