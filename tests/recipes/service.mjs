import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The service under test. */
export const { MAYFLY_TEST_URL: url, MAYFLY_TEST_KEY: key } = process.env;

/** Why tests are skipped; false: they are not. */
export const needsService = url && key ? false : "needs a service: MAYFLY_TEST_URL and MAYFLY_TEST_KEY";

export const root = join(import.meta.dirname, "..", "..");

/** The blocks of a page, in a language. */
export function blocks(page, language) {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))].map((match) => match[1]);
}
