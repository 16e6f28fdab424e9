using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using TaskApi.Storage.Postgres;

namespace TaskApi.Tests.Infrastructure;

/// <summary>
/// A PostgreSQL server of the tests' own, on a free loopback port and in a folder of its own, from the binaries that the system has. It asks
/// for no password, and it doesn't wait for the disk unless a test is about that.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private static readonly Lazy<PostgresServer> _shared = new(static () => new PostgresServer());

    private readonly DirectoryInfo _folder = TestFolder.Create();
    private readonly bool _isRoot = Environment.UserName == "root";
    private readonly Lazy<string> _template;
    private readonly string _settings;
    private bool _runs;

    /// <param name="settings">Of the server's, as its command line has them.</param>
    public PostgresServer(string settings = "-c max_connections=300")
    {
        _settings = settings;
        _template = new(MakeTemplate);
        Port = FreePort();
        // The server refuses to run as root.
        if (_isRoot) Run("chown", "postgres", _folder.FullName);
        RunAsServer("initdb", "-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        Start();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    private PostgresServer(PostgresServer primary)
    {
        (_template, _settings) = (primary._template, primary._settings);
        Port = FreePort();
        if (_isRoot) Run("chown", "postgres", _folder.FullName);
        RunAsServer("pg_basebackup", "-D", Data, "-d", string.Create(CultureInfo.InvariantCulture, $"host=127.0.0.1 port={primary.Port} user=postgres"), "-R", "-X", "stream", "-c", "fast", "--no-sync");
        Start();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    /// <summary>The one that tests share; each takes a <see cref="NewDatabase"/> or a <see cref="NewSchema"/> of it. It ends with the process.</summary>
    public static PostgresServer Shared => _shared.Value;

    public int Port { get; }

    private string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>Makes a replica, which follows this server without being waited for. One that is stopped falls behind.</summary>
    public PostgresServer NewReplica() => new(this);

    /// <summary>Has a replica take over: from what it has got.</summary>
    public void Promote() => RunAsServer("pg_ctl", "-D", Data, "-w", "promote");

    /// <summary>From now on nothing is committed that the replica doesn't have.</summary>
    public Task WaitForReplica() => Follow("*", "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync')");

    /// <summary>A replica that has taken over waits for none itself.</summary>
    public Task WaitForNobody() => Follow("", "SELECT current_setting('synchronous_standby_names') = ''");

    /// <summary>From now on commits wait for those that are named, as soon as the server has heard of it.</summary>
    public void WaitFor(string standbys)
    {
        Execute(ConnectionString("public"), $"ALTER SYSTEM SET synchronous_standby_names = '{standbys}'");
        Execute(ConnectionString("public"), "SELECT pg_reload_conf()");
    }

    /// <summary>The connection string of an empty schema.</summary>
    public string NewSchema()
    {
        var schema = $"t{Guid.NewGuid():N}";
        Execute(ConnectionString("public"), $"CREATE SCHEMA {schema}");
        return ConnectionString(schema);
    }

    /// <summary>The connection string of a database where the service's tables are, and empty; to be dropped. It takes a fraction of the time that making them takes.</summary>
    public string NewDatabase() => CopyOf(_template.Value);

    /// <summary>Ends the connections to a database, and drops it.</summary>
    public void Drop(string connectionString) => Execute(ConnectionString("public"), $"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    public string ConnectionString(string schema) => ConnectionString("postgres", schema);

    /// <summary>Has a database do something.</summary>
    public static void Execute(string connectionString, string text)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        using var command = new NpgsqlCommand(text, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>The first that a database answers.</summary>
    public static object? Ask(string connectionString, string text)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        using var command = new NpgsqlCommand(text, connection);
        return command.ExecuteScalar();
    }

    /// <summary>Starts it, and waits until it takes connections.</summary>
    public void Start()
    {
        RunAsServer("pg_ctl", "-D", Data, "-w", "-l", Path.Combine(_folder.FullName, "log"), "-o",
            string.Create(CultureInfo.InvariantCulture, $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off {_settings}"), "start");
        _runs = true;
    }

    /// <summary>Stops it.</summary>
    /// <param name="mode"><c>fast</c> tells who is connected, <c>immediate</c> is as if its power failed.</param>
    public void Stop(string mode)
    {
        RunAsServer("pg_ctl", "-D", Data, "-w", "-m", mode, "stop");
        _runs = false;
    }

    public void Dispose()
    {
        if (!_folder.Exists) return;
        if (_runs) Stop("immediate");
        _folder.Delete(recursive: true);
        _folder.Refresh();
    }

    private string ConnectionString(string database, string schema) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Search Path={schema}");

    private string CopyOf(string template)
    {
        var name = $"d{Guid.NewGuid():N}";
        using var connection = new NpgsqlConnection(ConnectionString("public"));
        connection.Open();
        // Version 14 has no other strategy, nor a word for it.
        var strategy = connection.PostgreSqlVersion.Major > 14 ? "STRATEGY file_copy" : "";
        using var create = new NpgsqlCommand($"CREATE DATABASE {name} TEMPLATE {template} {strategy}", connection);
        create.ExecuteNonQuery();
        return ConnectionString(name, "public");
    }

    private string MakeTemplate()
    {
        var template = CopyOf("template1");
        // A database that somebody is connected to can't be copied.
        using var connection = new NpgsqlConnection($"{template};Pooling=false");
        connection.Open();
        PostgresSchema.Migrate(connection);
        return connection.Database;
    }

    private async Task Follow(string standbys, string isSo)
    {
        WaitFor(standbys);
        var started = TimeProvider.System.GetTimestamp();
        while (Ask(ConnectionString("public"), isSo) is not true)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30), isSo);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static string Binary(string name)
    {
        const string Debian = "/usr/lib/postgresql";
        var folders = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).OrderByDescending(static version => int.Parse(Path.GetFileName(version), CultureInfo.InvariantCulture)).Select(static version => Path.Combine(version, "bin"))
            : [];
        return folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"These tests need PostgreSQL: {name} was not found. ./test.sh installs it on Debian and Ubuntu.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void RunAsServer(string name, params string[] arguments)
    {
        if (_isRoot) Run("runuser", ["-u", "postgres", "--", Binary(name), .. arguments]);
        else Run(Binary(name), arguments);
    }

    // Its output goes nowhere: the server would inherit a pipe, and whoever reads it wait for the server's end.
    private static void Run(string program, params string[] arguments)
    {
        var quoted = string.Join(' ', arguments.Prepend(program).Select(static argument => $"'{argument}'"));
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"{quoted} >/dev/null 2>&1 </dev/null"]) { WorkingDirectory = "/" })!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"Failed ({process.ExitCode}): {quoted}");
    }
}
