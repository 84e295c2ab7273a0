#!/usr/bin/env bash
# ExcelJS keeps the old result of a formula whose input was changed, and drops the file's wish to be calculated.
#
# Expected: a workbook with fullCalcOnLoad="1" still has it after ExcelJS has loaded, changed and saved it. ExcelJS does
#   not calculate, so without that flag a program that trusts stored results shows a total that is wrong.
# Seen with ExcelJS 4.4.0 on Node.js 20: A1 = 10, A2 = 2, and A1+A2 is stored as 3; <calcPr calcId="171027"/>.
#   LibreOffice 7.4 with its default settings shows 3.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-fund --no-audit exceljs@4.4.0
cd "$work"
cat > run.cjs <<'NODE'
const assert = require('assert')
const { Workbook } = require('exceljs')
const { execFileSync } = require('child_process')
const part = (file, name) => execFileSync('python3', ['-c',
  'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())', file, name]).toString()

async function main () {
  const made = new Workbook()
  const sheet = made.addWorksheet('S')
  sheet.getCell('A1').value = 1
  sheet.getCell('A2').value = 2
  sheet.getCell('A3').value = { formula: 'A1+A2', result: 3 }
  made.calcProperties.fullCalcOnLoad = true
  await made.xlsx.writeFile('made.xlsx')
  assert.match(part('made.xlsx', 'xl/workbook.xml'), /<calcPr [^>]*fullCalcOnLoad="1"/)

  const loaded = new Workbook()
  await loaded.xlsx.readFile('made.xlsx')
  loaded.getWorksheet('S').getCell('A1').value = 10
  await loaded.xlsx.writeFile('saved.xlsx')
  const [flag] = part('saved.xlsx', 'xl/workbook.xml').match(/<calcPr[^>]*>/)
  const [total] = part('saved.xlsx', 'xl/worksheets/sheet1.xml').match(/<c r="A3">.*?<\/c>/)
  console.log(flag, total)
  assert.doesNotMatch(flag, /fullCalcOnLoad/, 'it has changed')
  assert.match(total, /<f>A1\+A2<\/f><v>3<\/v>/, 'it has changed')
}

main().catch(error => { console.error(error.message); process.exit(1) })
NODE
node run.cjs
