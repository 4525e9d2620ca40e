/** The package's version; a test holds it to package.json. */
export const version = "0.1.0";

/** Who asks, for the server's operator. */
export const userAgent = `mayfly-node/${version}${typeof process === "undefined" ? "" : ` node/${process.versions.node}`}`;
