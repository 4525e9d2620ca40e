const p = process;
console.log(p.argv, p.argv0, p.execArgv, p.execPath, p.title, p.pid, p.ppid, p.cwd(), p.exitCode, p.version, p.arch, p.platform, p.uptime() < 30, p.umask().toString(8), p.getuid(), p.geteuid(), p.getgid(), p.getgroups());
console.log(Object.entries(p.env).sort());
console.log(Object.getOwnPropertyNames(p).sort().join());
console.log(JSON.stringify(Object.getOwnPropertyDescriptor(p, 'pid')), p.connected, p.channel, p.debugPort, p.sourceMapsEnabled, p.features, p.allowedNodeEnvironmentFlags.size, p.report.directory, p.config.variables.napi_build_version);
