console.log(require('child_process').execSync('tr "\\0" "\\n" < /proc/self/environ | sort; ls /proc/self/fd | wc -l; umask; pwd; ulimit -n').toString());
