import { Mayfly, MayflyError } from "mayfly-sdk";
const client = new Mayfly({ apiKey: "uc-test" });
console.log(typeof client.codeSandbox.execute, new MayflyError("m").name);
