#!/usr/bin/env bash
# SheetJS garbles what is not ASCII in a workbook's custom properties when it reads them.
#
# Expected: a property comes back from readFile as writeFile has stored it. The part docProps/custom.xml is UTF-8, and
#   says so in its first line.
# Seen with SheetJS (npm: xlsx) 0.18.5 on Node.js 20: the bytes of UTF-8 are taken for characters, one for one, in names and
#   values. So a workbook that is loaded and saved holds garbled properties, with no error. Cells are not touched.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-fund --no-audit xlsx@0.18.5
cd "$work"
cat > run.cjs <<'NODE'
const assert = require('assert')
const { utils, writeFile, readFile } = require('xlsx')
const book = utils.book_new()
utils.book_append_sheet(book, utils.aoa_to_sheet([['清溪镇']]), '表')
book.Custprops = { unit: '清溪镇' }
writeFile(book, 'made.xlsx')
const read = readFile('made.xlsx')
console.log('cell:', read.Sheets['表'].A1.v, 'property:', JSON.stringify(read.Custprops))
assert.equal(read.Sheets['表'].A1.v, '清溪镇')
assert.equal(read.Custprops.unit, Buffer.from('清溪镇', 'utf8').toString('latin1'), 'it has changed')
NODE
node run.cjs
