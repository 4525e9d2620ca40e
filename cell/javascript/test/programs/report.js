console.log(process.report.getReport().header.event, process.report.getReport().javascriptStack.message);
