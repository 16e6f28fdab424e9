using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Handlers;

/// <summary>Handlers need a storage that runs work.</summary>
internal sealed class HandlerStorageCheck : IValidateOptions<TaskOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TaskOptions options) => options.Storage != StorageKind.Postgres
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"Tasks:Storage must be Memory or Sqlite where there are handlers: with {options.Storage} there are delayed messages alone, and nothing would ever run.");
}
