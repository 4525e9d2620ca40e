/** The service under test. */
export const { MAYFLY_TEST_URL: url, MAYFLY_TEST_KEY: key, MAYFLY_TEST_ADMIN_KEY: adminKey } = process.env;

/** Why tests are skipped; false: they are not. */
export const needsService = url && key && adminKey ? false : "needs a service: MAYFLY_TEST_URL, MAYFLY_TEST_KEY, MAYFLY_TEST_ADMIN_KEY";

/** What it says of its API. */
export async function apiDocument() {
  return (await fetch(`${url}/openapi/v1.json`)).json();
}
