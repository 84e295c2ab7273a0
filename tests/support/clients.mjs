// Load a workbook with one of the programs that live in npm, type one number, and save.
// node clients.mjs HOME PROGRAM SOURCE TARGET [SHEET ADDRESS NUMBER]
import { createRequire } from "node:module";
import path from "node:path";

const [home, program, source, target, sheet, address, number] = process.argv.slice(2);
const load = createRequire(path.join(home, "from-here.js"));

const programs = {
  async exceljs() {
    const { Workbook } = load("exceljs");
    const workbook = new Workbook();
    await workbook.xlsx.readFile(source);
    if (sheet) workbook.getWorksheet(sheet).getCell(address).value = Number(number);
    await workbook.xlsx.writeFile(target);
  },
  async xlsx() {
    const { readFile, writeFile } = load("xlsx");
    const workbook = readFile(source);
    if (sheet) workbook.Sheets[sheet][address] = { t: "n", v: Number(number) };
    writeFile(workbook, target);
  },
  async "xlsx-populate"() {
    const workbook = await load("xlsx-populate").fromFileAsync(source);
    if (sheet) workbook.sheet(sheet).cell(address).value(Number(number));
    await workbook.toFileAsync(target);
  },
};
await programs[program]();
