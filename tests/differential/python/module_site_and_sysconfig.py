import site, sys, sysconfig

print(site.ENABLE_USER_SITE, "site" in sys.modules, sysconfig.get_platform(), sysconfig.get_python_version() == "%d.%d" % sys.version_info[:2])
print([p for p in sys.path], sys.prefix == sys.base_prefix, sys.exec_prefix)
print(exit, quit, copyright is not None, type(help).__name__)
print(sorted(sysconfig.get_paths()), sysconfig.get_config_var("Py_DEBUG"))
exit("left by exit()")
