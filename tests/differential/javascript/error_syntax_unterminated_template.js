const t = `never closed
${1}
