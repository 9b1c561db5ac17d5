// Runs many commands of Heroku's CLI in one process: a start of the CLI costs a second, a command a few hundredths.
// Given on standard input: [{id, argv}]. Written to the file named by argv[3], a line of JSON each: {id, code, text}.
import { appendFileSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [, , root, notes] = process.argv;
const { Config } = await import(createRequire(join(root, "package.json")).resolve("@oclif/core"));
const config = await Config.load({ root });
const LIMIT = 5000; // milliseconds for one command

let said = "";
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (text, encoding, done) => {
    said += text;
    const after = typeof encoding === "function" ? encoding : done;
    if (after) after();
    return true;
  };
}
process.on("unhandledRejection", () => {});
process.on("uncaughtException", () => {});
process.kill = () => true; // a command ends itself by a signal when it is done
const exit = process.exit;
process.exit = (code) => {
  throw Object.assign(new Error(`exit ${code}`), { oclif: { exit: code ?? 0 } });
};
const overdue = () => new Promise((resolve) => setTimeout(() => resolve({ overdue: true }), LIMIT));

for (const { id, argv } of JSON.parse(readFileSync(0, "utf8"))) {
  said = "";
  let code = 0;
  process.argv = [process.argv[0], "heroku", id, ...argv];
  try {
    const ended = await Promise.race([config.runCommand(id, argv), overdue()]);
    if (ended?.overdue) code = -1;
  } catch (error) {
    code = error?.oclif?.exit ?? 1;
    said += `${error?.message ?? error} ${JSON.stringify(error?.body ?? error?.http?.body ?? "")}`;
  }
  appendFileSync(notes, `${JSON.stringify({ id, code, text: said })}\n`);
}
exit(0);
