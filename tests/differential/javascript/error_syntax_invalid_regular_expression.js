const r = /(?<name>a)(?<name>b)/;
