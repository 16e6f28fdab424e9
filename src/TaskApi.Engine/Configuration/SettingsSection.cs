namespace TaskApi.Engine.Configuration;

/// <summary>A section of the configuration that is this service's own.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it is bound to. Several types may share a section.</param>
internal sealed record SettingsSection(string Name, Type Type)
{
    /// <summary>The settings in it, as their type has them.</summary>
    public IEnumerable<SettingInfo> Settings => Type.GetProperties().Select(property => new SettingInfo(Name, property));
}
