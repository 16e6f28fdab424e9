using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TaskApi.AspNetCore;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Json;

namespace TaskApi.Tests.Web;

public sealed class TaskResponseConverterTests
{
    private static readonly JsonSerializerOptions _options = Options(TaskApiJsonContext.Default);

    private static readonly TaskResponse _pending = new()
    {
        Id = Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057"),
        Name = null,
        Group = null,
        Message = "Bore da, \"Hei\" <&>\r\n 寿",
        DelaySeconds = 0.25,
        Status = TaskState.Pending,
        Done = false,
        CreatedAt = DateTimeOffset.Parse("2026-03-01T09:30:00.1Z", System.Globalization.CultureInfo.InvariantCulture),
        DueAt = DateTimeOffset.Parse("2026-03-01T11:30:00.350+02:00", System.Globalization.CultureInfo.InvariantCulture),
        FinishedAt = null,
        Result = null,
        Error = null,
    };

    private static readonly TaskResponse[] _tasks =
    [
        _pending,
        _pending with { Name = "greeting", Group = "a.b:c-d_e", DelaySeconds = 31_536_000 },
        _pending with { Status = TaskState.Completed, Done = true, FinishedAt = _pending.DueAt!.Value.AddMilliseconds(1), Result = "11:30:00 Bore da" },
        _pending with { Status = TaskState.Cancelled, Done = true, FinishedAt = _pending.DueAt, Error = new TaskErrorResponse("cancelled", null) },
        _pending with { Status = TaskState.Failed, Done = true, FinishedAt = _pending.DueAt, Error = new TaskErrorResponse("IOException", "no \"more\"") },
    ];

    [Fact]
    public void Write_Task_IsWhatTheSerializerMakesOfItsProperties()
    {
        var byProperties = Options(new ByProperties());

        Assert.All(_tasks, task => Assert.Equal(JsonSerializer.Serialize(task, byProperties), JsonSerializer.Serialize(task, _options)));
    }

    private static JsonSerializerOptions Options(IJsonTypeInfoResolver contracts)
    {
        var options = new JsonSerializerOptions();
        JsonConventions.Apply(options, contracts);
        options.Converters.Add(new NamedEnumConverter<TaskState>());
        return options;
    }

    /// <summary>The serializer's own way with a task: reflection over its properties, in their order.</summary>
    private sealed class ByProperties : IJsonTypeInfoResolver
    {
        private readonly DefaultJsonTypeInfoResolver _default = new();

        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
        {
            if (type != typeof(TaskResponse))
                return _default.GetTypeInfo(type, options);
            var contract = JsonTypeInfo.CreateJsonTypeInfo<TaskResponse>(options);
            foreach (var property in typeof(TaskResponse).GetProperties())
            {
                var member = contract.CreateJsonPropertyInfo(property.PropertyType, JsonNamingPolicy.CamelCase.ConvertName(property.Name));
                member.Get = property.GetValue;
                contract.Properties.Add(member);
            }

            return contract;
        }
    }
}
